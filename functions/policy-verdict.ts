import { access, constants } from 'node:fs/promises'
import type { Policy } from '../shared/domain/policy.ts'
import type { Provider } from '../shared/domain/provider.ts'
import type { LoadedPolicy } from '../shared/policy/load.ts'
import { formatProblem } from '../shared/policy/problem.ts'
import { readPolicyFile } from '../shared/policy/read-policy.ts'
import { failedTests } from './policy-tests.ts'

/** What the settings allow a policy to ask for. */
export interface PolicyPlaceOptions {
  readonly allowLoopback: boolean
  /** Whether there is a key for the bureau's own assertions. */
  readonly canVouch: boolean
  /** Whether instances share what they remember of tokens. */
  readonly sharesState: boolean
}

/** A policy that may come into force, or every reason why not. */
export type PolicyVerdict = {
  /** The paths of the main file's `include:`. */
  readonly includes: readonly string[]
} & (
  | { readonly ok: true; readonly loaded: LoadedPolicy }
  | { readonly ok: false; readonly problems: readonly string[]; readonly digest: string }
)

/**
 * Reads a policy file with what it includes and tries it. A policy that asks for more than the
 * settings can give, or that fails its own tests, counts as one that does not load.
 */
export async function judgePolicy(
  path: string,
  { allowLoopback, canVouch, sharesState }: PolicyPlaceOptions,
): Promise<PolicyVerdict> {
  const result = await readPolicyFile(path, { allowLoopback })
  const { includes, digest } = result
  if (!result.ok)
    return { includes, ok: false, problems: result.problems.map(formatProblem), digest }
  const problems = [
    ...(canVouch ? [] : vouchingProviders(result.policy)),
    ...(sharesState || allowLoopback ? [] : forgetfulProviders(result.policy)),
    ...(await unreadableAuthorities(result.policy)),
    ...(await failedTests(result)),
  ]
  if (problems.length > 0) return { includes, ok: false, problems, digest }
  return { includes, ok: true, loaded: result }
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
