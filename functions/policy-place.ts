import type { Policy } from '../shared/domain/policy.ts'
import { formatProblem } from '../shared/policy/problem.ts'
import { digestPolicyFile, readPolicyFile } from '../shared/policy/read-policy.ts'
import type { PolicyPlace } from '../shared/reload/policy-source.ts'

/** What the settings allow a policy to ask for. */
export interface PolicyPlaceOptions {
  readonly allowLoopback: boolean
  /** Whether there is a key for the bureau's own assertions. */
  readonly canVouch: boolean
}

/** A policy file on disk, with what it includes, as the place of a policy source. */
export function policyPlace(path: string, options: PolicyPlaceOptions): PolicyPlace {
  const { allowLoopback, canVouch } = options
  let includes: readonly string[] = []
  return {
    digest: () => digestPolicyFile(path, includes),
    async read() {
      const result = await readPolicyFile(path, { allowLoopback })
      includes = result.includes
      if (!result.ok) return { ok: false, problems: result.problems.map(formatProblem) }
      const problems = canVouch ? [] : vouchingProviders(result.policy)
      return problems.length === 0 ? { ok: true, policy: result.policy } : { ok: false, problems }
    },
  }
}

/** Without the key each request to such a provider would fail: better that the policy does. */
function vouchingProviders({ providersByIssuer }: Policy): readonly string[] {
  return [...providersByIssuer.values()]
    .flat()
    .filter(({ exchange }) => exchange === 'assertion')
    .map(({ id }) => `provider ${id}: exchange: assertion needs ASSERTION_KEY_FILE`)
}
