import type { Claims } from '../../../shared/domain/claims.ts'
import type { Grant } from '../../../shared/domain/grant.ts'
import type { Authorization } from '../../../shared/domain/issued.ts'
import { membersOf, principalName, type Principal } from '../../../shared/domain/principal.ts'
import type { Mapped, Provider } from '../../../shared/domain/provider.ts'

/** Who asks, and what for: everything about a request that the next one of its kind repeats. */
export interface Actor {
  readonly principal: Principal
  readonly grant: Grant
  readonly order: Authorization['order']
  readonly address: string
  readonly userAgent: string
  /** How often it asks, beside the others. */
  readonly weight: number
}

const POOL = '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools'
const AUDIENCE = 'https://bureau.example.com'

/** What an actor asks for, and from where. */
export interface Asks {
  readonly grant: string
  readonly scopes?: readonly string[]
  readonly audience?: string
  readonly address: string
  readonly userAgent: string
  readonly weight: number
}

/** An actor whose token holds these claims; `account` is the service account that it asks for. */
export function actor(
  from: Provider,
  claims: Claims & { sub: string },
  account: string,
  asks: Asks,
): Actor {
  const mapped: Mapped = {
    subject: claims.sub,
    groups: [],
    attributes: new Map(),
    bindings: { assertion: undefined, google: undefined, attribute: undefined },
  }
  const { scopes, audience, address, userAgent, weight } = asks
  const order: Authorization['order'] =
    audience === undefined
      ? { kind: 'access_token', scopes: scopes ?? [], lifetime: 900, accessBoundary: undefined }
      : { kind: 'id_token', audience, includeEmail: true }
  return {
    principal: {
      assertion: {
        provider: from,
        claims,
        issuer: from.issuer,
        subject: claims.sub,
        audience: AUDIENCE,
        jti: undefined,
        algorithm: 'RS256',
        kid: undefined,
        issuedAt: 0,
        expiresAt: 0,
      },
      mapped,
      name: principalName(from, mapped.subject),
      members: membersOf(from.id, mapped),
    },
    grant: grantOf(asks.grant, from, account, mapped.subject),
    order,
    address,
    userAgent,
    weight,
  }
}

function grantOf(id: string, from: Provider, serviceAccount: string, subject: string): Grant {
  return {
    id,
    mode: 'enforce',
    members: [`${from.id}:subject/${subject}`],
    condition: undefined,
    serviceAccount,
    delegates: [],
    accessToken: undefined,
    idToken: undefined,
  }
}

/** A provider that reads these claims and maps nothing: its tokens are made up, not verified. */
export function provider(id: string, issuer: string, reads: readonly string[]): Provider {
  return {
    id,
    issuer,
    audiences: new Set([AUDIENCE]),
    resourceName: `${POOL}/main/providers/${id}`,
    exchange: 'federation',
    keys: { kind: 'discovery' },
    algorithms: new Set(['RS256']),
    maxTokenAge: 3600,
    singleUse: false,
    network: 'public',
    caFile: undefined,
    attributes: {
      condition: { source: 'true', reads: [], test: () => true },
      reads,
      apply: () => {
        throw new Error('made-up providers map nothing')
      },
    },
  }
}
