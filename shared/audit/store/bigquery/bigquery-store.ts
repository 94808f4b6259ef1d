import { timeOfUuidv7 } from '../../../domain/uuid.ts'
import { COLUMNS } from '../columns.ts'
import { cursorOf, positionOf } from '../cursor.ts'
import { storedEvent, type NamedRow } from '../stored-event.ts'
import type { AuditStore, EventFilter, ExportedEvent, Page, PageRequest } from '../store.ts'
import { accessMap, chains, grantUses, liveTokens, policyHistory } from './answers.ts'
import { deliveries } from './deliveries.ts'
import { lineOf } from './line.ts'
import type { Values } from './parameters.ts'
import { createRunQuery, type QueryOptions, type ReadRows } from './run-query.ts'
import { scopeOf, type Window } from './scope.ts'
import { quoted, type TableName } from './table-name.ts'
import { timeline } from './timeline.ts'

/** What the store needs; `project` runs the queries and is billed, the table may be of another one. */
export interface BigQueryOptions extends QueryOptions {
  readonly table: TableName
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Days that lists and exports look back where the filter names no beginning. */
  readonly lookback: number
  /** Days that uses, policies, chains and fingerprints are looked for in. */
  readonly history: number
}

/** The store, and its records as a verifier reads them. */
export interface BigQueryStore extends AuditStore {
  /** The lines of every record of a window, each as often as it was delivered. */
  deliveries(window: Window): AsyncIterable<string>
}

const HOUR = 3_600_000
const DAY = 86_400_000
/** Events of a request or a token, at most: there are two but for repetitions. */
const MOST_RELATED = 100
const NAMES = COLUMNS.map(({ name }) => name)
const WITH_RECORD = [...NAMES, 'record']

/**
 * The audit in BigQuery: `table` names the view `deliveries` of `deploy/gcp/audit/tables.sql`. Every query is bound to a
 * window of time, so that only its partitions are read: the filter's, the last `lookback` days, the
 * `history`, or for a single event the time in its id. Promises reject with `Error`, see
 * {@link createRunQuery}.
 */
export function createBigQueryStore(options: BigQueryOptions): BigQueryStore {
  const run = createRunQuery(options)
  const table = quoted(options.table)
  const read: ReadRows = async (sql, values) => {
    const rows: NamedRow[] = []
    for await (const page of run(sql, values)) rows.push(...page)
    return rows
  }
  /** An hour beyond now, for writers whose clocks are ahead. */
  const back = (days: number): Window => {
    const now = options.now()
    return { from: now - days * DAY, until: now + HOUR }
  }
  const windowOf = ({ from, until }: EventFilter): Window => {
    const end = until ?? options.now() + HOUR
    return { from: from ?? end - options.lookback * DAY, until: end }
  }
  const few = async (window: Window, condition: string, values: Values) => {
    const scope = scopeOf(table, NAMES, window, {}, condition)
    const sql = `SELECT * FROM ${scope.sql} ORDER BY event_time, id LIMIT ${MOST_RELATED}`
    return (await read(sql, { ...scope.values, ...values })).map(storedEvent)
  }

  return {
    timeline: (filter, buckets, now) => timeline(read, table, filter, buckets, now),
    events: (filter, page) => pageOf(read, table, windowOf(filter), filter, page),
    async event(id) {
      const window = aroundId(id)
      if (window === undefined) return undefined
      const { sql, values } = scopeOf(table, WITH_RECORD, window, {}, 'id = @id')
      const [row] = await read(`SELECT * FROM ${sql}`, { ...values, id })
      return row === undefined ? undefined : exported(row)
    },
    async related(requestId) {
      const window = aroundId(requestId)
      if (window === undefined) return []
      return few(window, 'request_id = @requestId', { requestId })
    },
    // Google's tokens live at most twelve hours.
    liveTokens: (filter, now) =>
      liveTokens(read, table, { from: now - DAY, until: now + HOUR }, filter, now),
    accessMap: (filter) => accessMap(read, table, back(options.history), filter),
    grantUses: () => grantUses(read, table, back(options.history)),
    findByFingerprint: (subjectToken, issuedToken) =>
      few(back(options.history), '(subject_token = @subjectToken OR issued_token = @issuedToken)', {
        subjectToken,
        issuedToken,
      }),
    policyHistory: () => policyHistory(read, table, back(options.history)),
    chains: () => chains(read, table, back(options.history)),
    async *export(filter): AsyncGenerator<ExportedEvent> {
      const { sql, values } = scopeOf(table, WITH_RECORD, windowOf(filter), filter)
      const ordered = `SELECT * FROM ${sql} ORDER BY event_time, chain, chain_seq`
      for await (const page of run(ordered, values)) yield* page.map(exported)
    },
    deliveries: (window) => deliveries(run, table, window),
    close: () => Promise.resolve(),
  }
}

function aroundId(id: string): Window | undefined {
  const time = timeOfUuidv7(id)
  return time === undefined ? undefined : { from: time - HOUR, until: time + DAY }
}

async function pageOf(
  read: ReadRows,
  table: string,
  window: Window,
  filter: EventFilter,
  { limit, cursor }: PageRequest,
): Promise<Page> {
  const after = cursor === undefined ? undefined : positionOf(cursor)
  const further = '(event_time < @time OR (event_time = @time AND id < @key))'
  const { sql, values } = scopeOf(table, NAMES, window, filter, after && further)
  const rows = await read(`SELECT * FROM ${sql} ORDER BY event_time DESC, id DESC LIMIT @limit`, {
    ...values,
    ...(after === undefined ? {} : { time: new Date(after.time), key: after.key }),
    limit: limit + 1,
  })
  const events = rows.slice(0, limit).map(storedEvent)
  const last = events.at(-1)
  const more = rows.length > limit && last !== undefined
  return { events, next: more ? cursorOf({ time: last.time, key: last.id }) : undefined }
}

function exported(row: NamedRow): ExportedEvent {
  return { event: storedEvent(row), record: lineOf(String(row['record'])) }
}
