import type { Assertion } from '../../shared/domain/assertion.ts'
import type { Policy } from '../../shared/domain/policy.ts'
import { authorize } from '../../shared/steps/authorize.ts'
import { map } from '../../shared/steps/map.ts'
import { addresseeOf } from '../../shared/token/audience.ts'
import { aRequest, aTrail } from '../support/policy.ts'
import { loaded } from '../support/policy-text.ts'
import { median, type Figure } from './figure.ts'
import { AUDIENCE, policyText } from './policies.ts'

/** Rounds of both sizes, one after the other; decisions in each. */
const ROUNDS = 25
const DECISIONS = 4000
/** Rounds that only warm the engine up. */
const WARMING = 3

/** The issuer of a provider of the policy, by its place in it. */
const issuerOf = (index: number): string => `https://tenant-${index}.example.com`

/** So many callers from all over the policy, each of whom one grant lets in. */
function callersOf(
  policy: Policy,
  count: number,
  providers: number,
  grants: number,
): readonly Assertion[] {
  const perProvider = grants / providers
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor((index * providers) / count)
    const issuer = issuerOf(at)
    const [provider] = policy.providersByIssuer.get(issuer) ?? []
    if (provider === undefined) throw new Error(`there is no provider of ${issuer}`)
    const claims = {
      iss: issuer,
      aud: at === 0 ? AUDIENCE : `${AUDIENCE}/${at}`,
      sub: `repo:acme/app-${index}:ref:refs/heads/main`,
      repository_owner_id: String(1001 + at),
      repository_id: String(2002 + (index % perProvider)),
      ref: 'refs/heads/main',
      event_name: 'push',
    }
    return {
      provider,
      claims,
      issuer,
      subject: claims.sub,
      audience: claims.aud,
      jti: undefined,
      algorithm: 'RS256',
      kid: 'k1',
      issuedAt: 1_750_000_000,
      expiresAt: 1_750_000_300,
    }
  })
}

/** Microseconds of processor time a decision: look-up of the provider, mapping, authorization. */
function decideFor(policy: Policy, callers: readonly Assertion[]): number {
  const request = aRequest()
  const started = process.threadCpuUsage()
  for (let turn = 0; turn < DECISIONS; turn += 1) {
    const assertion = callers[turn % callers.length]
    if (assertion === undefined) continue
    const trail = aTrail()
    const providers = policy.providersByIssuer.get(assertion.issuer) ?? []
    addresseeOf(providers, [assertion.audience], undefined)
    authorize(map(assertion, trail), request, policy, trail)
  }
  const { user, system } = process.threadCpuUsage(started)
  return (user + system) / DECISIONS
}

/** Seconds of processor time that loading takes; the best of a few, the rest is the machine's. */
function loadingOf(text: string): number {
  const times = Array.from({ length: 5 }, () => {
    const started = process.threadCpuUsage()
    loaded(text)
    const { user, system } = process.threadCpuUsage(started)
    return (user + system) / 1e6
  })
  return Math.min(...times)
}

/**
 * 10,000 grants over 1,000 providers: how long they take to load, and what a decision costs beside one
 * under 10 grants, for as many different callers. Rounds alternate, so that the machine's moods hit
 * both alike. The last figure has callers of 500 providers, whose rules no cache holds.
 */
export function policyScale(): readonly Figure[] {
  const text = policyText({ providers: 1000, grants: 10_000, issuer: issuerOf(0) })
  const loading = loadingOf(text)
  const small = loaded(policyText({ providers: 10, grants: 10, issuer: issuerOf(0) })).policy
  const large = loaded(text).policy
  const smallCallers = callersOf(small, 10, 10, 10)
  const largeCallers = callersOf(large, 10, 1000, 10_000)
  const manyCallers = callersOf(large, 500, 1000, 10_000)
  const rounds = Array.from({ length: ROUNDS }, () => ({
    few: decideFor(small, smallCallers),
    many: decideFor(large, largeCallers),
    cold: decideFor(large, manyCallers),
  })).slice(WARMING)
  const few = median(rounds.map((round) => round.few)).toFixed(1)
  const many = median(rounds.map((round) => round.many)).toFixed(1)
  return [
    {
      name: 'load 10,000 grants over 1,000 providers, s',
      measured: `${(text.length / 1024 / 1024).toFixed(1)} MiB`,
      value: loading,
      atMost: 2,
    },
    {
      name: 'decide: 10,000 grants / 10 grants',
      measured: `${many} us / ${few} us`,
      value: median(rounds.map((round) => round.many / round.few)),
      atMost: 1.2,
    },
    {
      name: 'decide: 10,000 grants, callers of 500 providers, us',
      measured: '500 callers',
      value: median(rounds.map((round) => round.cold)),
      atMost: 50,
    },
  ]
}
