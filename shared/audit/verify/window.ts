import type { BigQueryStore } from '../store/bigquery/bigquery-store.ts'
import type { VerifyOptions } from './options.ts'
import type { Report } from './report.ts'
import { verifyRecords, type OnProgress } from './sources.ts'

/** Milliseconds that a record may take from its sink to the table: younger ones are not judged yet. */
const DELIVERY = 300_000

/** Milliseconds that are read beyond both ends: a clock that is set back puts places of a chain there. */
const EDGE = 120_000

/**
 * Verifies what a table of BigQuery holds from `since` on, in milliseconds since the epoch, but for the
 * last five minutes, which may still be on their way. Progress in records. Rejects as the store does.
 */
export function verifyWindow(
  store: Pick<BigQueryStore, 'deliveries'>,
  since: number,
  options: VerifyOptions & { readonly now: number },
  onProgress: OnProgress,
): Promise<Report> {
  const until = options.now - DELIVERY
  const records = store.deliveries({ from: since - EDGE, until: until + EDGE })
  return verifyRecords(records, { ...options, since, until, now: until }, onProgress)
}
