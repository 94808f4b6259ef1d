import { Worker } from 'node:worker_threads'
import type { VerifyOptions } from '../../audit/verify/options.ts'
import type { Report } from '../../audit/verify/report.ts'
import type { Run, StartRun } from './verification.ts'

/** What the verifier's thread is told. */
export interface VerifyOrder {
  readonly path: string
  readonly options: VerifyOptions
}

/** What it tells. */
export type VerifyNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number | undefined }
  | { readonly kind: 'report'; readonly report: Report }

/**
 * Verifies a SQLite store in a thread of its own, beside its writer: a million records hold up no
 * request. `publicKey` is that of the checkpoints, where it is known.
 */
export function sqliteRuns(
  path: string,
  publicKey: string | undefined,
  now: () => number,
): StartRun {
  return (heads, onProgress): Run => {
    // Its pages are made from the columns: the verdict has to cover them.
    const options = { heads, publicKey, live: true, columns: true, now: now() }
    const order: VerifyOrder = { path, options }
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), { workerData: order })
    worker.unref()
    const report = new Promise<Report>((resolve, reject) => {
      worker.on('message', (news: VerifyNews) => {
        if (news.kind === 'report') resolve(news.report)
        else onProgress(news.done, news.total)
      })
      worker.on('error', reject)
      worker.on('exit', () => reject(new Error('the verification was stopped')))
    })
    return { report, stop: async () => void (await worker.terminate()) }
  }
}
