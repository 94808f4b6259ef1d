import type { Rules } from '../oracle/rules.ts'
import { DENIALS, GRANTS, POOL, PROVIDERS, resourceNameOf } from './policy.ts'
import { makeSigner, type Signer } from '../support/keys.ts'

/** The world of the fuzz: its policy for the service, and the same for the judge. */
export interface FuzzWorld {
  /** JSON, which is YAML. */
  readonly policy: string
  readonly rules: Rules
  /** The signers of each issuer by its path. */
  readonly signers: Readonly<Record<string, readonly Signer[]>>
  /** Issuers by path. */
  readonly issuerOf: (path: string) => string
}

/** Makes keys and writes the policy for issuers at `url`. */
export function makeFuzzWorld(url: string): FuzzWorld {
  const signers = {
    rsa: [makeSigner('RS256', 'r1'), makeSigner('RS256', 'r2')],
    ec: [makeSigner('ES256', 'e1')],
    both: [makeSigner('RS256', 'b1'), makeSigner('ES256', 'b2')],
  } as const
  const issuerOf = (path: string): string => `${url}/${path}`
  return {
    signers,
    issuerOf,
    rules: {
      providers: PROVIDERS.map(({ path, cel: _cel, ...rule }) => ({
        ...rule,
        issuer: issuerOf(path),
        resourceName: resourceNameOf(rule.id),
        keys: signers[path as keyof typeof signers].map(({ kid, alg, publicKey: key }) => ({
          kid,
          alg,
          key,
        })),
      })),
      grants: GRANTS,
      denials: DENIALS,
    },
    policy: JSON.stringify({
      version: 1,
      providers: PROVIDERS.map(({ id, path, audiences, algorithms, maxTokenAge, cel }) => ({
        id,
        issuer: issuerOf(path),
        audiences,
        algorithms,
        maxTokenAge,
        exchange: 'impersonation',
        workloadIdentityProvider: `${POOL}/${id}`,
        ...cel,
      })),
      grants: GRANTS.map((grant) => grantDocument(grant)),
      denials: DENIALS.map(({ id, members, cel }) => ({ id, members, condition: cel })),
    }),
  }
}

function grantDocument(grant: (typeof GRANTS)[number]): object {
  const { id, members, account } = grant
  return {
    id,
    members,
    serviceAccount: account,
    ...('auditOnly' in grant ? { mode: 'audit' } : {}),
    ...('cel' in grant ? { condition: grant.cel } : {}),
    ...('access' in grant ? { accessToken: accessDocument(grant.access) } : {}),
    ...('idAudiences' in grant ? { idToken: { audiences: grant.idAudiences } } : {}),
  }
}

function accessDocument(access: {
  readonly scopes: readonly string[]
  readonly maxLifetime: number
  readonly drop?: boolean
  readonly boundary?: boolean
}): object {
  const { scopes, maxLifetime, drop, boundary } = access
  return {
    scopes,
    maxLifetime,
    ...(drop === true ? { excessScopes: 'drop' } : {}),
    ...(boundary === true ? { accessBoundary: true } : {}),
  }
}
