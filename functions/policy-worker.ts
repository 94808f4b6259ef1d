import { parentPort, workerData } from 'node:worker_threads'
import { documentsOf } from '../shared/policy/rebuild.ts'
import type { PolicyAnswer, PolicyQuestion } from './policy-beside.ts'
import { judgePolicy } from './policy-verdict.ts'

/*
 * Reads and tries one policy in a thread of its own: ten thousand grants take a second, in which
 * requests would wait.
 */
const { path, options } = workerData as PolicyQuestion
const verdict = await judgePolicy(path, options)
const answer: PolicyAnswer = verdict.ok
  ? {
      ok: true,
      includes: verdict.includes,
      documents: JSON.stringify(documentsOf(verdict.loaded)),
    }
  : verdict
parentPort?.postMessage(answer, [])
