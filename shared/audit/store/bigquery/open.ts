import type { Secret } from '../../../domain/secret.ts'
import { createBigQueryStore, type BigQueryStore } from './bigquery-store.ts'
import { parseTableName } from './table-name.ts'

/** Bytes that one query may read, at most. */
const MAXIMUM_BYTES = 10 * 1024 ** 3
/** Days; see `BigQueryOptions`. */
const LOOKBACK = 30
const HISTORY = 400

/** What a store in BigQuery needs from outside. */
export interface BigQueryAccess {
  /** An access token that may run jobs and read the table. */
  readonly accessToken: () => Promise<Secret<string>>
  /** `BIGQUERY_EMULATOR_HOST`: HOST:PORT of an emulator, which asks for no token. */
  readonly emulator?: string | undefined
}

/**
 * Opens `PROJECT.DATASET.TABLE`, the view of the deliveries; its queries run in that project. Nobody
 * is asked for anything before the first query. Throws `Error` with one line for another name.
 */
export function openBigQueryStore(
  name: string,
  { accessToken, emulator }: BigQueryAccess,
): BigQueryStore {
  const table = parseTableName(name)
  return createBigQueryStore({
    table,
    project: table.project,
    endpoint: emulator === undefined ? 'https://bigquery.googleapis.com' : `http://${emulator}`,
    accessToken: emulator === undefined ? accessToken : undefined,
    fetch,
    maximumBytes: MAXIMUM_BYTES,
    now: Date.now,
    lookback: LOOKBACK,
    history: HISTORY,
  })
}
