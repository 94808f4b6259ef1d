import { formatProblem } from '../shared/policy/problem.ts'
import { digestPolicyFile, readPolicyFile } from '../shared/policy/read-policy.ts'
import type { PolicyPlace } from '../shared/reload/policy-source.ts'

/** A policy file on disk, with what it includes, as the place of a policy source. */
export function policyPlace(path: string, allowLoopback: boolean): PolicyPlace {
  let includes: readonly string[] = []
  return {
    digest: () => digestPolicyFile(path, includes),
    async read() {
      const result = await readPolicyFile(path, { allowLoopback })
      includes = result.includes
      if (result.ok) return { ok: true, policy: result.policy }
      return { ok: false, problems: result.problems.map(formatProblem) }
    },
  }
}
