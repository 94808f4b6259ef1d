import { createBigQueryStore } from '../shared/audit/store/bigquery/bigquery-store.ts'
import { parseTableName } from '../shared/audit/store/bigquery/table-name.ts'
import { openSqliteStore } from '../shared/audit/store/sqlite/sqlite-store.ts'
import type { AuditStore } from '../shared/audit/store/store.ts'
import { createOwnIdentity } from '../shared/google/own-identity.ts'
import { SettingsError } from './settings.ts'

/** Bytes that one query of BigQuery may read, at most. */
const MAXIMUM_BYTES = 10 * 1024 ** 3
/** Days; see `BigQueryOptions`. */
const LOOKBACK = 30
const HISTORY = 400

/** Opens the store that `AUDIT_STORE` names. Throws `SettingsError`, or `Error` with one line. */
export function openStore(name: string): AuditStore {
  const path = sqlitePath(name)
  if (path !== undefined) return openSqliteStore(path)
  const table = /^bigquery:(.+)$/.exec(name)?.[1]
  if (table !== undefined) return openBigQuery(table)
  throw new SettingsError('AUDIT_STORE must be sqlite:PATH or bigquery:PROJECT.DATASET.TABLE')
}

/** The path of an embedded store; undefined for any other. */
export function sqlitePath(name: string): string | undefined {
  return name.startsWith('sqlite:') ? name.slice('sqlite:'.length) : undefined
}

/** Queries run in the table's project, as the function's own identity. */
function openBigQuery(name: string): AuditStore {
  const table = parseTableName(name)
  const identity = createOwnIdentity({ now: Date.now })
  return createBigQueryStore({
    table,
    project: table.project,
    endpoint: 'https://bigquery.googleapis.com',
    accessToken: () => identity.accessToken(),
    fetch,
    maximumBytes: MAXIMUM_BYTES,
    now: Date.now,
    lookback: LOOKBACK,
    history: HISTORY,
  })
}
