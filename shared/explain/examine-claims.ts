import type { Claims } from '../domain/claims.ts'
import type { Policy } from '../domain/policy.ts'
import type { Provider } from '../domain/provider.ts'
import { parsePayload } from '../token/payload.ts'
import { createChecklist } from './checklist.ts'
import { checkAddressee, checkRest, type Examined } from './examined.ts'

/** Claims that nobody signed, standing in for those of a verified token. */
export interface UnsignedClaims {
  readonly claims: Claims
  /** Whose token this would be; undefined: the claims' `iss` says it. */
  readonly provider: Provider | undefined
}

/** Seconds that a token lives whose claims do not say so. */
const LIFETIME = 300

/**
 * Examines claims as verification would examine a genuine token that carries them: the same strict
 * reading, issuer, audience, times, subject. What every token has and the claims leave out (`iss`,
 * `aud`, `iat`, `exp`, and `jti` for single use) is filled in. The clock stands at their `iat`, so
 * that the answer does not change with the day; without one at `now`, in seconds since the epoch.
 */
export function examineClaims(
  { claims, provider }: UnsignedClaims,
  policy: Policy,
  now: number,
  wanted?: string,
): Examined {
  const list = createChecklist()
  for (const name of ['format', 'header'] as const) list.skip(name, 'claims were given, no token')
  const filled = filledIn(claims, provider ?? providerOf(claims, policy), now)
  const read = list.check('claims', () => parsePayload(Buffer.from(JSON.stringify(filled))))
  const addressee = read && checkAddressee(list, read, policy, wanted)
  for (const name of ['algorithm', 'key', 'signature'] as const)
    list.skip(name, 'claims were given, no token')
  const { checks } = list
  if (read === undefined || addressee === undefined)
    return { checks, assertion: undefined, refusal: list.refusal() }
  const at = typeof read['iat'] === 'number' ? read['iat'] : now
  const [algorithm = 'RS256'] = addressee.provider.algorithms
  const assertion = checkRest(list, read, addressee, at, { algorithm, kid: undefined })
  return { checks, assertion, refusal: list.refusal() }
}

/** The provider of that id. */
export function providerById(policy: Policy, id: string): Provider | undefined {
  return [...policy.providersByIssuer.values()].flat().find((provider) => provider.id === id)
}

/** Without an issuer the only provider there is; else the first of the issuer, for its audience. */
function providerOf({ iss }: Claims, policy: Policy): Provider | undefined {
  if (typeof iss === 'string') return policy.providersByIssuer.get(iss)?.[0]
  const [first, second] = [...policy.providersByIssuer.values()].flat()
  return second === undefined ? first : undefined
}

function filledIn(claims: Claims, provider: Provider | undefined, now: number): Claims {
  const iat = typeof claims['iat'] === 'number' ? claims['iat'] : Math.floor(now)
  const [aud] = provider?.audiences ?? []
  return {
    ...(provider === undefined ? {} : { iss: provider.issuer }),
    ...(aud === undefined ? {} : { aud }),
    ...(provider?.singleUse === true ? { jti: 'rehearsal' } : {}),
    iat,
    exp: iat + LIFETIME,
    ...claims,
  }
}
