import { openBigQueryStore } from '../../../shared/audit/store/bigquery/open.ts'
import type { BigQueryStore } from '../../../shared/audit/store/bigquery/bigquery-store.ts'
import { createOwnIdentity } from '../../../shared/google/own-identity.ts'
import { UsageError } from '../command.ts'

const PREFIX = 'bigquery:'

/** What `--help` says of stores in BigQuery. */
export const BIGQUERY_HELP =
  'bigquery: names the view audit.deliveries (bureau audit tables) and is read as the ' +
  'application default credentials: gcloud auth application-default login.'

/**
 * Opens `bigquery:PROJECT.DATASET.TABLE`; undefined for a source of another kind. The identity is
 * looked for at the first query. Throws `UsageError`.
 */
export function openBigQuery(source: string): BigQueryStore | undefined {
  if (!source.startsWith(PREFIX)) return undefined
  const identity = createOwnIdentity({ now: Date.now })
  const accessToken = () =>
    identity.accessToken().catch(() => {
      throw new UsageError('no identity to read BigQuery as: gcloud auth application-default login')
    })
  // Google's own clients honour the same variable.
  const emulator = process.env['BIGQUERY_EMULATOR_HOST'] || undefined
  try {
    return openBigQueryStore(source.slice(PREFIX.length), { accessToken, emulator })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
