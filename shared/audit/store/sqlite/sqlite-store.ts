import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { cursorOf, positionOf } from '../cursor.ts'
import { whereOf } from '../filter.ts'
import { storedEvent, type NamedRow } from '../stored-event.ts'
import {
  BadCursor,
  type AuditStore,
  type EventFilter,
  type ExportedEvent,
  type Page,
  type PageRequest,
} from '../store.ts'
import { accessMap, chains, grantUses, liveTokens, policyHistory } from './answers.ts'
import { openForReading } from './tables.ts'
import { timeline } from './timeline.ts'

/** Events of a request or a token, at most: there are two but for repetitions. */
const MOST_RELATED = 100
/** Rows of an export between two turns of the event loop. */
const ROWS_A_TURN = 500

/** Reads a store beside its writer. Throws `Error` with one line where it cannot be opened. */
export function openSqliteStore(path: string): AuditStore {
  return storeOver(openForReading(path))
}

/** The answers of a store whose database is open; closing the store closes it. */
export function storeOver(db: DatabaseSync): AuditStore {
  const many = (where: string, ...values: string[]): readonly NamedRow[] =>
    db
      .prepare(`SELECT * FROM events WHERE ${where} ORDER BY event_time, seq LIMIT ${MOST_RELATED}`)
      .all(...values)

  return {
    timeline: async (filter, buckets, now) => timeline(db, filter, buckets, now),
    events: async (filter, page) => pageOf(db, filter, page),
    event: async (id) => {
      const row = db
        .prepare('SELECT * FROM events JOIN records USING (seq) WHERE id = ? LIMIT 1')
        .get(id)
      return row === undefined ? undefined : exported(row)
    },
    related: async (requestId) => many('request_id = ?', requestId).map(storedEvent),
    liveTokens: async (filter, now) => liveTokens(db, filter, now),
    accessMap: async (filter) => accessMap(db, filter),
    grantUses: async () => grantUses(db),
    findByFingerprint: async (subjectToken, issuedToken) =>
      many('subject_token = ? OR issued_token = ?', subjectToken, issuedToken).map(storedEvent),
    policyHistory: async () => policyHistory(db),
    chains: async () => chains(db),
    export: (filter) => exportOf(db, filter),
    close: async () => db.close(),
  }
}

function pageOf(db: DatabaseSync, filter: EventFilter, { limit, cursor }: PageRequest): Page {
  const { sql, parameters } = whereOf(filter)
  const after = cursor === undefined ? undefined : positionOf(cursor)
  if (after !== undefined && !/^\d{1,15}$/.test(after.key)) {
    throw new BadCursor('the cursor is of another store')
  }
  const further = after === undefined ? '' : 'AND (event_time, seq) < (@time, @key)'
  const rows = db
    .prepare(
      `SELECT * FROM events WHERE ${sql} ${further}
       ORDER BY event_time DESC, seq DESC LIMIT @limit`,
    )
    .all({
      ...parameters,
      ...(after === undefined ? {} : { time: after.time, key: Number(after.key) }),
      limit: limit + 1,
    })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    events: shown.map(storedEvent),
    next: more ? cursorOf({ time: Number(last['time_ms']), key: String(last['seq']) }) : undefined,
  }
}

async function* exportOf(db: DatabaseSync, filter: EventFilter): AsyncGenerator<ExportedEvent> {
  const { sql, parameters } = whereOf(filter)
  const narrowed = sql === 'TRUE' ? sql : `seq IN (SELECT seq FROM events WHERE ${sql})`
  // As they were written: times of one chain go back where the machine's clock was set back.
  const rows = db
    .prepare(`SELECT * FROM events JOIN records USING (seq) WHERE ${narrowed} ORDER BY seq`)
    .iterate(parameters)
  let given = 0
  for (const row of rows) {
    yield exported(row)
    given += 1
    if (given % ROWS_A_TURN === 0) await nextTurn()
  }
}

function exported(row: NamedRow): ExportedEvent {
  return { event: storedEvent(row), record: String(row['record']) }
}
