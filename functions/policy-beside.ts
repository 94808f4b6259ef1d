import { Worker } from 'node:worker_threads'
import { rebuildPolicy, type PolicyDocuments } from '../shared/policy/rebuild.ts'
import type { PolicyReading } from '../shared/reload/policy-source.ts'
import type { PolicyPlaceOptions } from './policy-verdict.ts'

/** What the reader's thread is asked. */
export interface PolicyQuestion {
  readonly path: string
  readonly options: PolicyPlaceOptions
}

/** What it answers; `documents`: `PolicyDocuments` as JSON, which is read faster than it is cloned. */
export type PolicyAnswer = { readonly includes: readonly string[] } & (
  | { readonly ok: true; readonly documents: string }
  | { readonly ok: false; readonly problems: readonly string[]; readonly digest: string }
)

/** What became of a policy, and the paths of its `include:`. */
export interface PolicyRead {
  readonly includes: readonly string[]
  readonly reading: PolicyReading
}

/** Milliseconds that the thread has for a policy. */
const MAX_READING = 60_000

/**
 * Reads and tries a policy in a thread of its own, and compiles one that may come into force here, in
 * turns of a few milliseconds: requests are answered meanwhile. Rejects where the thread fails, as it
 * does alone where a file exceeds the limit of its heap, and where it takes longer than 60 seconds: it
 * is ended then.
 */
export async function readBeside(path: string, options: PolicyPlaceOptions): Promise<PolicyRead> {
  const answer = await ask({ path, options })
  const { includes, ...rest } = answer
  if (!rest.ok) return { includes, reading: rest }
  const documents = JSON.parse(rest.documents) as PolicyDocuments
  const policy = await rebuildPolicy(documents, options.allowLoopback)
  return { includes, reading: { ok: true, policy } }
}

function ask(question: PolicyQuestion): Promise<PolicyAnswer> {
  const worker = new Worker(new URL('./policy-worker.ts', import.meta.url), {
    workerData: question,
  })
  return new Promise<PolicyAnswer>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Error('the reader of the policy took longer than 60 seconds'))
      void worker.terminate()
    }, MAX_READING)
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      clearTimeout(late)
      reject(new Error('the reader of the policy ended without an answer'))
    })
  })
}
