import type { DatabaseSync } from 'node:sqlite'
import { COLUMNS } from '../store/columns.ts'
import { rowOf } from '../store/row.ts'
import type { NamedRow } from '../store/stored-event.ts'
import type { Verifier } from './verifier.ts'

type Found = Pick<Verifier, 'found'>

const NAMES = COLUMNS.map(({ name }) => `entries.${name}`).join(', ')

/** Every record as bytes, in the order in which they were written. */
export const RECORDS = 'SELECT seq, CAST(record AS BLOB) AS line FROM records ORDER BY seq'

/** The same, each with the columns that the store answers from; `shown` is null where it has none. */
export const RECORDS_WITH_COLUMNS = `
  SELECT records.seq AS seq, CAST(record AS BLOB) AS line, entries.seq AS shown, ${NAMES}
  FROM records LEFT JOIN entries ON entries.seq = records.seq ORDER BY records.seq`

/** Finds columns that say something else than their record. */
export function compareColumns(row: NamedRow, line: Buffer, verifier: Found): void {
  if (row['shown'] === null) return
  const truth = rowIn(line.toString('utf8'))
  const differing = COLUMNS.filter(({ name }, position) => valueOf(row[name]) !== truth?.[position])
  if (differing.length === 0) return
  const names = differing.map(({ name }) => name).join(', ')
  tell(verifier, Number(row['seq']), `the record says something else of ${names}`)
}

const SETS: readonly (readonly [sql: string, message: string])[] = [
  ['SELECT seq FROM records EXCEPT SELECT seq FROM entries', 'this record has no row of columns'],
  ['SELECT seq FROM entries EXCEPT SELECT seq FROM records', 'this row of columns has no record'],
  [
    `SELECT seq FROM records WHERE seq < 1 OR seq > ${Number.MAX_SAFE_INTEGER}`,
    'this record has a number that no writer gives: pages that come to it cannot be read',
  ],
]

/** Finds records that a store would not show, and rows that it shows without a record. */
export function compareSets(db: DatabaseSync, verifier: Found): void {
  for (const [sql, message] of SETS) {
    const rows = db.prepare(sql)
    rows.setReadBigInts(true)
    for (const { seq } of rows.iterate()) tell(verifier, Number(seq), message)
  }
}

/** What a timeline and the map of access are made from, and what it has to be. */
const COUNTS: readonly (readonly [what: string, kept: string, due: string])[] = [
  [
    'minute',
    'SELECT minute, kind, reason, status, n FROM minutes',
    `SELECT time_ms / 60000, coalesce(kind, ''), coalesce(reason, ''), coalesce(status, 0), count(*)
     FROM entries GROUP BY 1, 2, 3, 4`,
  ],
  [
    'use of an account',
    'SELECT issuer, subject, account, first_ms, last_ms, n FROM uses',
    `SELECT coalesce(issuer, ''), coalesce(subject, ''), coalesce(account, ''), min(time_ms),
       max(time_ms), count(*)
     FROM entries WHERE kind = 'issued' GROUP BY 1, 2, 3`,
  ],
]

/** Finds counts that a store keeps beside its rows and that differ from them. */
export function compareCounts(db: DatabaseSync, verifier: Found): void {
  for (const [what, kept, due] of COUNTS) {
    for (const [these, those] of [
      [kept, due],
      [due, kept],
    ]) {
      const row = db.prepare(`SELECT count(*) AS n FROM (${these} EXCEPT ${those})`).get()
      const wrong = Number(row?.['n'])
      if (wrong === 0) continue
      tell(verifier, 0, `${wrong} kept counts, each of one ${what}, differ from the records`)
      break
    }
  }
}

/** Numbers are read as BigInt: a number that JavaScript has none for must be found, not thrown. */
function valueOf(column: unknown): unknown {
  return typeof column === 'bigint' ? Number(column) : column
}

function rowIn(record: string) {
  try {
    return rowOf(record)
  } catch {
    return undefined
  }
}

function tell(verifier: Found, line: number, message: string): void {
  verifier.found({ kind: 'columns', chain: '', seq: 0, line, message })
}
