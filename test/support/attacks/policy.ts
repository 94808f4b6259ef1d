import type { GoogleConfig } from '../../../deploy/local/google/config.ts'
import { SUBJECT, type Parties } from './context.ts'

/** The account that an accepted token leads to. */
export const ACCOUNT = 'deployer@acme-prod.iam.gserviceaccount.com'
export const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only'
export const SERVICE = 'https://app-abc.run.app'

/** What a provider of the suite may have of its own. */
export interface ProviderChange {
  readonly attributeCondition?: string
  readonly singleUse?: boolean
  readonly algorithms?: readonly string[]
  readonly keys?: object
  readonly issuer?: string
}

const POOL = 'projects/123456/locations/global/workloadIdentityPools/attacks'

function provider(name: string, issuers: string, audience: string, change: ProviderChange = {}) {
  return {
    id: name,
    issuer: `${issuers}/${name}`,
    audiences: [audience],
    workloadIdentityProvider: `${POOL}/providers/${name}`,
    algorithms: ['RS256'],
    maxTokenAge: 3600,
    attributeMapping: {
      'google.subject': 'assertion.sub',
      'google.groups': 'assertion.groups',
      'attribute.repository_id': 'assertion.repository_id',
      'attribute.verified': "assertion.email_verified == true ? 'yes' : 'no'",
    },
    // Reads a claim that hostile text is put into, so that the record holds it.
    attributeCondition: "!has(assertion.note) || assertion.note != ''",
    ...change,
  }
}

/** Issuers of the suite with a word of their own in the policy. */
const PROVIDERS: Readonly<Record<string, ProviderChange>> = {
  alpha: {},
  beta: {},
  elliptic: { algorithms: ['ES256'] },
  once: { singleUse: true },
  'once-elliptic': { singleUse: true, algorithms: ['ES256'] },
  prefix: { attributeCondition: "assertion.sub.startsWith('repo:acme')" },
  suffix: { attributeCondition: "assertion.email.endsWith('acme.com')" },
  absent: { attributeCondition: "assertion.environment != 'production'" },
  textual: { attributeCondition: 'assertion.sub' },
  greedy: { attributeCondition: "assertion.sub.matches('^(a+)+$')" },
}

/**
 * The policy of the suite as text: JSON is YAML. `others` are providers for one construction each,
 * by name; the grants of the base hold for none of them.
 */
export function attackPolicy(
  issuers: string,
  { audience }: Pick<Parties, 'audience'>,
  others: Readonly<Record<string, ProviderChange>>,
): string {
  const providers = Object.entries({ ...PROVIDERS, ...others })
  const members = ['alpha', 'elliptic', 'once', 'once-elliptic', 'prefix', 'suffix', 'absent']
  return JSON.stringify({
    version: 1,
    providers: providers.map(([name, change]) => provider(name, issuers, audience, change)),
    grants: [
      {
        id: 'deploy',
        members: [
          ...members.map((name) => `${name}:attribute.repository_id/2002`),
          ...members.map((name) => `${name}:subject/${SUBJECT}`),
          'alpha:group/admin',
          'alpha:attribute.verified/yes',
        ],
        serviceAccount: ACCOUNT,
        accessToken: { scopes: [READ_ONLY], maxLifetime: 900 },
        idToken: { audiences: [SERVICE], includeEmail: true },
      },
      {
        id: 'elsewhere',
        members: ['beta:subject/somebody-else'],
        serviceAccount: 'other@acme-prod.iam.gserviceaccount.com',
        accessToken: { scopes: [READ_ONLY], maxLifetime: 900 },
      },
    ],
  })
}

/** Google's side with the issuers' keys uploaded: what the bureau is shown must not reach Google. */
export function withUploadedKeys(derived: GoogleConfig, { a, b, es }: Parties): GoogleConfig {
  const keys = [a.signer, a.second, b.signer, es.signer].map(({ publicJwk }) => ({ ...publicJwk }))
  return {
    ...derived,
    providers: (derived.providers ?? []).map((each) => ({ ...each, jwks: { keys } })),
  }
}
