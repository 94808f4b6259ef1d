import type { BigQueryStore } from '../../audit/store/bigquery/bigquery-store.ts'
import { verifyWindow } from '../../audit/verify/window.ts'
import type { StartRun } from './verification.ts'

/** Milliseconds that a verification looks back: each day is a query that has its price. */
const LOOK_BACK = 7 * 86_400_000

/**
 * Verifies the last seven days of a table in BigQuery, a page of records at a time beside the requests.
 * `publicKey` is that of the checkpoints, where it is known; `now` in milliseconds since the epoch.
 */
export function bigQueryRuns(
  store: Pick<BigQueryStore, 'deliveries'>,
  publicKey: string | undefined,
  now: () => number,
): StartRun {
  return (heads, onProgress) => {
    const stopping = new AbortController()
    const at = now()
    const options = { heads, publicKey, live: true, now: at }
    const report = verifyWindow(store, at - LOOK_BACK, options, (done, total) => {
      stopping.signal.throwIfAborted()
      onProgress(done, total)
    })
    const stop = async () => stopping.abort(new Error('the verification was stopped'))
    return { report, stop }
  }
}
