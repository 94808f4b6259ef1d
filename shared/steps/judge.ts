import type { Grant } from '../domain/grant.ts'
import type { AccessTokenOrder, IdTokenOrder } from '../domain/issued.ts'
import type { Principal } from '../domain/principal.ts'
import type { Reason } from '../domain/refusal.ts'
import type { AccessTokenWish, IdTokenWish, Target, TokenRequest } from '../domain/token-request.ts'

/** Why one grant does not cover a request; `depth` counts the checks passed, the nearest miss has most. */
export interface Miss {
  readonly covers: false
  readonly check: 'target' | 'condition' | 'kind' | 'audience' | 'scope' | 'boundary' | 'lifetime'
  readonly depth: number
  readonly reason: Reason
  readonly detail: string
}

/** What one grant would have Google mint. */
export interface Cover {
  readonly covers: true
  readonly order: AccessTokenOrder | IdTokenOrder
  /** How many of the requested scopes were dropped. */
  readonly dropped: number
}

/** Seconds; the lifetime of an access token where neither caller nor grant says less. */
const USUAL_LIFETIME = 3600

const CHECKS = ['target', 'condition', 'kind', 'audience', 'scope', 'boundary', 'lifetime'] as const

/**
 * Judges one grant that names the principal against the whole request: one grant must cover all of
 * it. Pure; the decision and its explanation both call this.
 */
export function judge(grant: Grant, principal: Principal, request: TokenRequest): Cover | Miss {
  if (!leadsTo(grant, principal, request.target)) {
    return miss('target', 'no_grant', 'the grant is not what the request names')
  }
  const verdict = grant.condition?.test(principal.mapped.bindings) ?? true
  if (verdict !== true) {
    const why = verdict === false ? 'is false' : `failed: ${verdict.error}`
    return miss('condition', 'no_grant', `the grant's condition ${why}`)
  }
  return request.wish.kind === 'access_token'
    ? judgeAccessToken(grant, request.wish)
    : judgeIdToken(grant, request.wish)
}

function leadsTo(grant: Grant, principal: Principal, target: Target): boolean {
  switch (target.kind) {
    case 'email':
      return grant.serviceAccount === target.email
    case 'grant':
      return grant.id === target.id
    case 'provider':
      return principal.assertion.provider.resourceName === target.resourceName
    case 'any':
      return true
  }
}

function judgeAccessToken(grant: Grant, wish: AccessTokenWish): Cover | Miss {
  const terms = grant.accessToken
  if (terms === undefined) return miss('kind', 'no_grant', 'the grant gives no access tokens')

  const asked = wish.scopes ?? [...terms.scopes]
  const scopes = asked.filter((scope) => terms.scopes.has(scope))
  const dropped = asked.length - scopes.length
  if (scopes.length === 0 || (dropped > 0 && terms.excessScopes !== 'drop')) {
    const outside = asked.find((scope) => !terms.scopes.has(scope)) ?? ''
    const share = `${dropped} of ${asked.length} scopes`
    return miss('scope', 'scope', `the grant does not give ${outside.slice(0, 100)} (${share})`)
  }
  if (wish.accessBoundary !== undefined && !terms.accessBoundary) {
    return miss('boundary', 'request', 'the grant does not allow an access boundary')
  }
  const lifetime = wish.lifetime ?? Math.min(terms.maxLifetime, USUAL_LIFETIME)
  if (lifetime > terms.maxLifetime) {
    return miss('lifetime', 'request', `${lifetime} s asked, ${terms.maxLifetime} s at most`)
  }
  const { accessBoundary } = wish
  return {
    covers: true,
    order: { kind: 'access_token', scopes, lifetime, accessBoundary },
    dropped,
  }
}

function judgeIdToken(grant: Grant, wish: IdTokenWish): Cover | Miss {
  const terms = grant.idToken
  if (terms === undefined) return miss('kind', 'no_grant', 'the grant gives no ID tokens')
  const { audience } = wish
  if (!terms.audiences.has(audience)) {
    return miss('audience', 'no_grant', 'the audience is outside the grant')
  }
  const { includeEmail } = terms
  return { covers: true, order: { kind: 'id_token', audience, includeEmail }, dropped: 0 }
}

function miss(check: Miss['check'], reason: Reason, detail: string): Miss {
  return { covers: false, check, depth: CHECKS.indexOf(check), reason, detail }
}
