import type { Assertion } from '../domain/assertion.ts'
import type { Claims } from '../domain/claims.ts'
import type { Policy } from '../domain/policy.ts'
import { Refusal } from '../domain/refusal.ts'
import type { SubjectToken } from '../domain/secret.ts'
import type { Trail } from '../domain/trail.ts'
import type { World } from '../domain/world.ts'
import { addresseeOf } from '../token/audience.ts'
import { audiencesOf, issuerOf, subjectOf, tokenIdOf } from '../token/claims.ts'
import { parseCompact } from '../token/compact.ts'
import { judgeHeader, parseHeader } from '../token/header.ts'
import { parsePayload } from '../token/payload.ts'
import { checkSignature } from '../token/signature.ts'
import { checkTimes } from '../token/times.ts'
import { refuseRespelt } from './single-use.ts'

/** Characters of an unproved value that a record keeps. */
const CLAIMED_LENGTH = 100

/**
 * Proves a subject token (RFC 7519 section 7.2, RFC 8725). Form, header, issuer, audience and
 * algorithm come first, because a token that fails there must cause no look-up of a key; times and
 * the other claims come after the signature, so that what a refusal says of them is true of a
 * genuine token. Until then the trail learns nothing but `claimed`.
 *
 * `wanted` is the provider's resource name that the request gave; `state` is read only to tell a
 * replay in another spelling from a first use. Throws `Refusal`: `format`, `header`, `header_key`,
 * `crit`, `alg`, `kid`, `kid_ambiguous`, `key_rejected`, `signature`, `json_duplicate`, `claims`,
 * `claims_depth`, `claims_size`, `issuer`, `audience`, `time`, `replay`, `provider_unavailable`,
 * `state_unavailable`.
 */
export async function verify(
  subjectToken: SubjectToken,
  wanted: string | undefined,
  policy: Policy,
  world: Pick<World, 'keys' | 'now'> & Partial<Pick<World, 'state'>>,
  trail: Trail,
): Promise<Assertion> {
  const token = subjectToken.reveal()
  const compact = parseCompact(token)
  const members = parseHeader(compact.header)
  trail.claimed = claimedBy(members, {})
  const { algorithm, kid } = judgeHeader(members)
  const claims = parsePayload(compact.payload)
  trail.claimed = claimedBy(members, claims)

  const issuer = issuerOf(claims)
  const providers = policy.providersByIssuer.get(issuer)
  if (providers === undefined) {
    throw new Refusal('issuer', { detail: 'no provider has this issuer' })
  }
  const { provider, audience } = addresseeOf(providers, audiencesOf(claims), wanted)
  if (!provider.algorithms.has(algorithm)) {
    throw new Refusal('alg', { detail: `provider ${provider.id} does not take ${algorithm}` })
  }

  const key = await world.keys.find(provider, algorithm, kid)
  trail.key = { kid: key.kid, ageSeconds: key.ageSeconds, stale: key.stale }
  checkSignature(token, key, algorithm)

  const lifespan = checkTimes(claims, provider.maxTokenAge, world.now() / 1000)
  const assertion: Assertion = {
    provider,
    claims,
    issuer,
    subject: subjectOf(claims),
    audience,
    jti: tokenIdOf(claims, provider.singleUse),
    algorithm,
    kid,
    ...lifespan,
  }
  trail.assertion = assertion
  if (compact.respelt) await refuseRespelt(assertion, world)
  return assertion
}

/** What the token says of itself, cut short: whoever wrote it may be an attacker. */
function claimedBy({ alg, kid }: Claims, { iss }: Claims): NonNullable<Trail['claimed']> {
  return { ...cut('alg', alg), ...cut('kid', kid), ...cut('issuer', iss) }
}

function cut(name: 'alg' | 'kid' | 'issuer', value: unknown): { readonly [name: string]: string } {
  return typeof value === 'string' ? { [name]: value.slice(0, CLAIMED_LENGTH).toWellFormed() } : {}
}
