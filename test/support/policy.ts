import type { AttributeCondition, Verdict } from '../../shared/domain/condition.ts'
import type { Denial, Grant } from '../../shared/domain/grant.ts'
import type { Policy } from '../../shared/domain/policy.ts'
import { membersOf, principalName, type Principal } from '../../shared/domain/principal.ts'
import type { Mapped, Provider } from '../../shared/domain/provider.ts'
import type { TokenRequest } from '../../shared/domain/token-request.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Trail } from '../../shared/domain/trail.ts'

/** A condition with a fixed verdict. */
export function always(verdict: Verdict): AttributeCondition {
  return { source: JSON.stringify(verdict), reads: [], test: () => verdict }
}

/** A provider of the policy, whole but for what a test overrides. */
export function aProvider(overrides: Partial<Provider> = {}): Provider {
  return {
    id: 'onprem',
    issuer: 'https://idp.example.com',
    audiences: new Set(['https://bureau.example.com']),
    resourceName:
      '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/pool/providers/onprem',
    exchange: 'federation',
    keys: { kind: 'discovery' },
    algorithms: new Set(['RS256', 'ES256']),
    maxTokenAge: 86_400,
    singleUse: false,
    network: 'public',
    caFile: undefined,
    attributes: {
      condition: always(true),
      reads: ['sub'],
      apply: (claims) => mappedSubject(typeof claims['sub'] === 'string' ? claims['sub'] : ''),
    },
    ...overrides,
  }
}

/** What a mapping of `sub` alone, with these groups and attributes, comes to. */
export function mappedSubject(
  subject: string,
  groups: readonly string[] = [],
  attributes: ReadonlyMap<string, string> = new Map(),
): Mapped {
  const bindings = { assertion: undefined, google: undefined, attribute: undefined }
  return { subject, groups, attributes, bindings }
}

/** A verified, mapped principal. */
export function aPrincipal(
  mapped: Mapped = mappedSubject('alice'),
  provider: Provider = aProvider(),
): Principal {
  return {
    assertion: {
      provider,
      claims: { iss: provider.issuer, sub: mapped.subject },
      issuer: provider.issuer,
      subject: mapped.subject,
      audience: 'https://bureau.example.com',
      jti: 'jti-1',
      algorithm: 'RS256',
      kid: 'k1',
      issuedAt: 1_700_000_000,
      expiresAt: 1_700_000_300,
    },
    mapped,
    name: principalName(provider, mapped.subject),
    members: membersOf(provider.id, mapped),
  }
}

export const STORAGE_READ = 'https://www.googleapis.com/auth/devstorage.read_only'
export const STORAGE_WRITE = 'https://www.googleapis.com/auth/devstorage.read_write'

/** A grant of read access to storage for everybody of the provider, but for the overrides. */
export function aGrant(overrides: Partial<Grant> = {}): Grant {
  return {
    id: 'reader',
    mode: 'enforce',
    members: ['onprem:*'],
    condition: undefined,
    serviceAccount: 'reader@acme.iam.gserviceaccount.com',
    delegates: [],
    accessToken: {
      scopes: new Set([STORAGE_READ]),
      maxLifetime: 900,
      excessScopes: 'refuse',
      accessBoundary: false,
    },
    idToken: undefined,
    ...overrides,
  }
}

/** A compiled policy of these rows. */
export function aPolicy(
  grants: readonly Grant[],
  denials: readonly Denial[] = [],
  providers: readonly Provider[] = [aProvider()],
): Policy {
  return {
    digest: `sha256:${'0'.repeat(64)}`,
    providersByIssuer: Map.groupBy(providers, ({ issuer }) => issuer),
    grantsByMember: grants.reduce((index, grant) => {
      for (const member of grant.members) index.set(member, [...(index.get(member) ?? []), grant])
      return index
    }, new Map<string, readonly Grant[]>()),
    denials,
  }
}

/** A request for an access token with nothing named, but for the overrides. */
export function aRequest(overrides: Partial<TokenRequest> = {}): TokenRequest {
  return {
    subjectToken: new Secret('subject token', 'header.payload.signature'),
    target: { kind: 'any' },
    wish: {
      kind: 'access_token',
      scopes: undefined,
      lifetime: undefined,
      accessBoundary: undefined,
    },
    ...overrides,
  }
}

/** A fresh trail of a request from a loopback caller. */
export function aTrail(overrides: Partial<Trail> = {}): Trail {
  return {
    requestId: '0198c0de-0000-7000-8000-000000000001',
    receivedAt: 1_700_000_000_000,
    caller: {
      address: '127.0.0.1',
      userAgent: 'test',
      method: 'POST',
      path: '/v1/token',
      traceId: undefined,
      spanId: undefined,
      gone: new AbortController().signal,
    },
    stages: {},
    attempts: {},
    ...overrides,
  }
}
