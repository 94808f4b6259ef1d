import type { Claims, ClaimValue } from '../../domain/claims.ts'
import type { Policy } from '../../domain/policy.ts'
import { Secret } from '../../domain/secret.ts'
import type { Target, TokenRequest } from '../../domain/token-request.ts'
import { providerById, type UnsignedClaims } from '../examine-claims.ts'
import type { AssertionFacts, Asked, RecordedRequest } from './recorded.ts'

/** A recorded request, ready to be decided again. */
export interface Restored {
  readonly caller: UnsignedClaims
  readonly request: TokenRequest
  /** Claims that the record had to cut short: they are missing here. */
  readonly cut: readonly string[]
}

/**
 * The claims and the request of a record: the claims that the decision read, and no others. Undefined
 * for a request whose token was not verified, or whose form was refused: no policy decided that.
 */
export function restore(record: RecordedRequest, policy: Policy): Restored | undefined {
  const { assertion, asked } = record.data.unmapped
  if (assertion === undefined || asked === undefined) return undefined
  const { claims, cut } = claimsOf(assertion)
  return {
    caller: { claims, provider: providerById(policy, assertion.provider) },
    request: requestOf(asked),
    cut,
  }
}

/** What every record of a value that was cut short ends in. */
const CUT = /…\(\d+ (?:bytes|entries), sha256:[0-9a-f]{16}\)$/

function claimsOf(facts: AssertionFacts): { claims: Claims; cut: readonly string[] } {
  const claims: Record<string, ClaimValue> = {
    iss: facts.issuer,
    aud: facts.audience,
    iat: facts.iat,
    exp: facts.exp,
    ...(facts.jti === undefined ? {} : { jti: facts.jti }),
    ...(CUT.test(facts.subject) ? {} : { sub: facts.subject }),
  }
  const cut = CUT.test(facts.subject) ? ['sub'] : []
  for (const { name, json } of facts.claims ?? []) {
    const value = CUT.test(json) ? undefined : parsed(json)
    if (value === undefined) cut.push(name)
    // The audience that matched is on record by itself; a list of them need not be.
    else if (name !== '__proto__') claims[name] = value
  }
  return { claims, cut }
}

function parsed(json: string): ClaimValue | undefined {
  try {
    return JSON.parse(json) as ClaimValue
  } catch {
    return undefined
  }
}

function requestOf(asked: Asked): TokenRequest {
  const subjectToken = new Secret('subject token', '')
  const target = targetOf(asked)
  if (asked.kind === 'id_token')
    return { subjectToken, target, wish: { kind: 'id_token', audience: asked.audience ?? '' } }
  const { scopes, lifetime, access_boundary } = asked
  const accessBoundary = access_boundary === true ? { accessBoundaryRules: [] } : undefined
  return { subjectToken, target, wish: { kind: 'access_token', scopes, lifetime, accessBoundary } }
}

function targetOf({ target_kind: kind, target = '' }: Asked): Target {
  switch (kind) {
    case 'email':
      return { kind, email: target }
    case 'grant':
      return { kind, id: target }
    case 'provider':
      return { kind, resourceName: target }
    case 'any':
      return { kind }
  }
}
