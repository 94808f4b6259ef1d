import { setImmediate } from 'node:timers/promises'
import { testsOf } from '../shared/explain/tests/case.ts'
import { runTest } from '../shared/explain/tests/run.ts'
import { rehearsedRequest } from '../shared/http/rehearsed-request.ts'
import type { LoadedPolicy } from '../shared/policy/load.ts'
import { formatProblem } from '../shared/policy/problem.ts'

/**
 * Runs a policy's own tests and gives what failed, one line each. Requests are served between any two
 * of them.
 */
export async function failedTests(loaded: LoadedPolicy): Promise<readonly string[]> {
  const failures: string[] = []
  for (const test of testsOf(loaded)) {
    await setImmediate()
    const { problem } = runTest(test, loaded, rehearsedRequest)
    if (problem !== undefined) failures.push(formatProblem(problem))
  }
  return failures
}
