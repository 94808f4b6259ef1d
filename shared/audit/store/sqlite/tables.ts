import { DatabaseSync } from 'node:sqlite'
import { closeSync, openSync } from 'node:fs'
import { COLUMNS } from '../columns.ts'

/** Changed whenever the tables are; a store of another version is refused. */
const VERSION = 1

const TABLES = `
  CREATE TABLE records (seq INTEGER PRIMARY KEY, record TEXT NOT NULL);
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    ${COLUMNS.map(({ name, type }) => `${name} ${type.toUpperCase()}`).join(',\n    ')}
  );
  CREATE VIEW events AS SELECT *, time_ms AS event_time FROM entries;
  CREATE TABLE minutes (
    minute INTEGER, kind TEXT, reason TEXT, status INTEGER, n INTEGER NOT NULL,
    PRIMARY KEY (minute, kind, reason, status)
  ) WITHOUT ROWID;
  CREATE TABLE uses (
    issuer TEXT, subject TEXT, account TEXT,
    first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, n INTEGER NOT NULL, last_id TEXT NOT NULL,
    PRIMARY KEY (issuer, subject, account)
  ) WITHOUT ROWID;
`

/**
 * Each filter has an index in the order of its pages, and with what a timeline counts: neither has
 * to look at the table.
 */
const INDEXES = [
  'time_ms',
  'kind, time_ms, seq, reason, status',
  'reason, time_ms, seq, kind, status',
  ...[
    'issuer',
    'provider',
    'subject',
    'account',
    'grant_id',
    'address',
    'kid',
    'policy_digest',
  ].map((filter) => `${filter}, time_ms, seq, kind, reason, status`),
  'id',
  'request_id',
  'jti',
  'subject_token',
  'issued_token',
  'expires_ms',
  'chain, chain_seq',
]

/**
 * Opens a store for writing, `:memory:` included; an empty file gets its tables. Write-ahead log
 * with a sync at each commit: what was committed survives the process and the machine. Throws
 * `Error` with one line.
 */
export function openForWriting(path: string): DatabaseSync {
  try {
    // A new file is the owner's alone: its records say who may do what.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
    const db = new DatabaseSync(path, { timeout: 5000 })
    // Six records a page: at the default of 4 KiB each would fill a page alone.
    db.exec('PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    db.exec('BEGIN IMMEDIATE')
    if (versionOf(db) === 0) {
      db.exec(TABLES)
      createIndexes(db)
      db.exec(`PRAGMA user_version = ${VERSION}`)
    }
    db.exec('COMMIT')
    return sameVersion(db)
  } catch (error) {
    throw new Error(`sqlite:${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** Opens an existing store for reading beside its writer. Throws `Error` with one line. */
export function openForReading(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
    db.exec('PRAGMA cache_size = -64000; PRAGMA mmap_size = 8589934592')
    return sameVersion(db)
  } catch (error) {
    throw new Error(`sqlite:${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** Creates the indexes; a bulk load does so after its last record. */
export function createIndexes(db: DatabaseSync): void {
  for (const columns of INDEXES)
    db.exec(`CREATE INDEX ${indexName(columns)} ON entries (${columns})`)
}

/** Drops the indexes for a bulk load. */
export function dropIndexes(db: DatabaseSync): void {
  for (const columns of INDEXES) db.exec(`DROP INDEX ${indexName(columns)}`)
}

function indexName(columns: string): string {
  return `entries_by_${columns.split(', ')[0]}`
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
}

function sameVersion(db: DatabaseSync): DatabaseSync {
  const version = versionOf(db)
  if (version === VERSION) return db
  db.close()
  throw new Error(`version ${version} is not the version ${VERSION} of this software`)
}
