import { access, constants } from 'node:fs/promises'
import type { Policy } from '../shared/domain/policy.ts'
import type { Provider } from '../shared/domain/provider.ts'
import { formatProblem } from '../shared/policy/problem.ts'
import { digestPolicyFile, readPolicyFile } from '../shared/policy/read-policy.ts'
import type { PolicyPlace } from '../shared/reload/policy-source.ts'
import { failedTests } from './policy-tests.ts'

/** What the settings allow a policy to ask for. */
export interface PolicyPlaceOptions {
  readonly allowLoopback: boolean
  /** Whether there is a key for the bureau's own assertions. */
  readonly canVouch: boolean
  /** Whether instances share what they remember of tokens. */
  readonly sharesState: boolean
}

/**
 * A policy file on disk, with what it includes, as the place of a policy source. A policy that fails
 * its own tests counts as one that does not load.
 */
export function policyPlace(path: string, options: PolicyPlaceOptions): PolicyPlace {
  const { allowLoopback, canVouch, sharesState } = options
  let includes: readonly string[] = []
  return {
    digest: () => digestPolicyFile(path, includes),
    async read() {
      const result = await readPolicyFile(path, { allowLoopback })
      includes = result.includes
      if (!result.ok) return { ok: false, problems: result.problems.map(formatProblem) }
      const problems = [
        ...(canVouch ? [] : vouchingProviders(result.policy)),
        ...(sharesState || allowLoopback ? [] : forgetfulProviders(result.policy)),
        ...(await unreadableAuthorities(result.policy)),
        ...(await failedTests(result)),
      ]
      return problems.length === 0 ? { ok: true, policy: result.policy } : { ok: false, problems }
    },
  }
}

/** A provider's keys can never be fetched without the authority that its policy names. */
async function unreadableAuthorities(policy: Policy): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { id, caFile } of providersOf(policy)) {
    if (caFile === undefined) continue
    try {
      await access(caFile, constants.R_OK)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
      problems.push(`provider ${id}: caFile ${caFile} cannot be read: ${code}`)
    }
  }
  return problems
}

/** In the memory of one instance "once" would be once an instance. */
function forgetfulProviders(policy: Policy): readonly string[] {
  return providersOf(policy)
    .filter(({ singleUse }) => singleUse)
    .map(({ id }) => `provider ${id}: singleUse needs STATE_STORE=redis://HOST:PORT`)
}

/** Without the key each request to such a provider would fail: better that the policy does. */
function vouchingProviders(policy: Policy): readonly string[] {
  return providersOf(policy)
    .filter(({ exchange }) => exchange === 'assertion')
    .map(({ id }) => `provider ${id}: exchange: assertion needs ASSERTION_KEY_FILE`)
}

function providersOf({ providersByIssuer }: Policy): readonly Provider[] {
  return [...providersByIssuer.values()].flat()
}
