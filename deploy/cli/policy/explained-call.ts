import type { Claims } from '../../../shared/domain/claims.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { examineToken } from '../../../shared/explain/examine-token.ts'
import { providerById } from '../../../shared/explain/examine-claims.ts'
import { explain, explainMalformed, type Explanation } from '../../../shared/explain/explain.ts'
import { explainRehearsal, wantedBy } from '../../../shared/explain/rehearse.ts'
import { testsOf } from '../../../shared/explain/tests/case.ts'
import { rehearsalOf, TEST_CLOCK } from '../../../shared/explain/tests/run.ts'
import { rehearsedRequest, type WrittenRequest } from '../../../shared/http/rehearsed-request.ts'
import { didYouMean } from '../../../shared/policy/closest.ts'
import { createKeyStore } from '../../../shared/keys/key-store.ts'
import { guardedGet } from '../../../shared/net/guarded-fetch.ts'
import type { LoadedPolicy } from '../../../shared/policy/load.ts'
import { textOption, UsageError, type Call } from '../command.ts'
import { readInput } from '../input.ts'
import { tokenGiven } from '../secret-input.ts'

/** The request that the options of a command line describe. */
export function requestOf(call: Call): WrittenRequest {
  const resource = textOption(call, 'resource')
  return {
    audience: textOption(call, 'audience'),
    scope: textOption(call, 'scope'),
    lifetime: textOption(call, 'lifetime'),
    resource,
    requestedTokenType: resource === undefined ? 'access_token' : 'id_token',
  }
}

/** Explains the claims in a file. */
export async function explainClaims(
  path: string,
  call: Call,
  { policy }: LoadedPolicy,
): Promise<Explanation> {
  const claims = claimsIn(await readInput(path, 'the claims file'), path)
  const id = textOption(call, 'provider')
  const provider = id === undefined ? undefined : providerById(policy, id)
  if (id !== undefined && provider === undefined)
    throw new UsageError(`the policy has no provider ${JSON.stringify(id)}`)
  const caller = { claims, provider }
  return explainRehearsal({ caller, request: requestOf(call) }, policy, rehearsedRequest, now())
}

/** Explains one test of the policy, by its name. */
export function explainTest(name: string, loaded: LoadedPolicy): Explanation {
  const tests = testsOf(loaded)
  const [test, another] = tests.filter(({ entry }) => entry.document.name === name)
  const named = JSON.stringify(name)
  if (test === undefined) {
    const names = tests.map(({ entry }) => entry.document.name)
    throw new UsageError(`the policy has no test ${named}${didYouMean(name, names)}`)
  }
  if (another !== undefined)
    throw new UsageError(`the policy has several tests ${named}: rename all but one`)
  const rehearsal = rehearsalOf(test, loaded)
  if (rehearsal === undefined)
    throw new UsageError(`the test ${named} names no single provider: give it provider: ID`)
  return explainRehearsal(rehearsal, loaded.policy, rehearsedRequest, TEST_CLOCK)
}

/** Explains a token; its signature is checked where the keys are at hand. */
export async function explainToken(
  given: string,
  call: Call,
  { policy }: LoadedPolicy,
): Promise<Explanation> {
  const token = await tokenGiven(given)
  const online = call.options['online'] === true
  const allowLoopback = call.options['allow-loopback'] === true
  const keys = createKeyStore({
    get: (url, options) => guardedGet(url, { ...options, allowLoopback }),
    now: Date.now,
    random: Math.random,
  })
  const request = requestOrRefusal(requestOf(call))
  if (request instanceof Refusal) return explainMalformed(request, policy)
  const examined = await examineToken(new Secret('subject token', token), {
    policy,
    keysOf: (provider) => (online || provider.keys.kind === 'jwks' ? keys : undefined),
    now: now(),
    wanted: wantedBy(request),
  })
  return explain(examined, request, policy)
}

function requestOrRefusal(written: WrittenRequest) {
  try {
    return rehearsedRequest(written)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function claimsIn(text: string, path: string): Claims {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Claims
  } catch {
    // Told below, without the parser's words about the content.
  }
  throw new UsageError(`the claims file ${path} must hold one JSON object`)
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
