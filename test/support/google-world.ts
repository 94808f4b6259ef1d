import type { GoogleConfig } from '../../deploy/local/google/config.ts'
import { startGoogle, type Google } from '../../deploy/local/google/google.ts'
import {
  startIdentityProvider,
  type IdentityProvider,
} from '../../deploy/local/idp/identity-provider.ts'

/** The pool of the tests, as IAM names it. */
export const POOL = 'projects/123456/locations/global/workloadIdentityPools/ci'
/** The account that the tests' workload may impersonate. */
export const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'
/** An account that the deployer may impersonate. */
export const TARGET = 'target@acme-prod.iam.gserviceaccount.com'
/** The account of the metadata server: it may impersonate itself. */
export const RUNTIME = 'bureau@acme-prod.iam.gserviceaccount.com'
/** Where the tests' subject tokens are meant to go. */
export const AUDIENCE = 'https://bureau.example.com'

/** The full resource name of a provider of the pool. */
export function providerName(id: string): string {
  return `//iam.googleapis.com/${POOL}/providers/${id}`
}

/** Google's side of the tests: one provider, `onprem`, and accounts with bindings. */
export function googleSide(issuer: string): GoogleConfig {
  const principalSet = `principalSet://iam.googleapis.com/${POOL}`
  return {
    providers: [
      {
        name: `${POOL}/providers/onprem`,
        issuer,
        allowedAudiences: [AUDIENCE],
        attributeMapping: {
          'google.subject': 'assertion.sub',
          'google.groups': 'assertion.groups',
          'attribute.team': 'assertion.team',
        },
        attributeCondition: "assertion.tenant == '1001'",
      },
    ],
    accounts: [
      {
        email: DEPLOYER,
        uniqueId: '111111111111111111111',
        bindings: [
          {
            role: 'roles/iam.workloadIdentityUser',
            members: [`${principalSet}/attribute.team/platform`],
          },
          {
            role: 'roles/iam.serviceAccountTokenCreator',
            members: [`${principalSet}/group/chain`],
          },
        ],
      },
      {
        email: TARGET,
        uniqueId: '222222222222222222222',
        bindings: [
          {
            role: 'roles/iam.serviceAccountTokenCreator',
            members: [`serviceAccount:${DEPLOYER}`],
          },
          {
            role: 'roles/iam.serviceAccountOpenIdTokenCreator',
            members: [`principal://iam.googleapis.com/${POOL}/subject/alice`],
          },
        ],
      },
      {
        email: RUNTIME,
        uniqueId: '333333333333333333333',
        longLifetime: true,
        bindings: [
          {
            role: 'roles/iam.serviceAccountTokenCreator',
            members: [`serviceAccount:${RUNTIME}`],
          },
        ],
      },
    ],
    buckets: [
      {
        name: 'orders',
        readers: [`serviceAccount:${DEPLOYER}`],
        objects: ['a/1.csv', 'b/2.csv'],
      },
    ],
    services: [{ name: 'app', audience: 'https://app-abc.run.app', invokers: [DEPLOYER, RUNTIME] }],
    metadataAccount: RUNTIME,
  }
}

/** The claims of a workload that passes the provider's condition and may impersonate the deployer. */
export const WORKLOAD = { sub: 'alice', tenant: '1001', team: 'platform', groups: ['readers'] }

/** An identity provider and the double of Google that trusts it. */
export async function startGoogleWorld(
  change: (side: GoogleConfig, idp: IdentityProvider) => GoogleConfig = (side) => side,
): Promise<{
  readonly idp: IdentityProvider
  readonly google: Google
  readonly close: () => Promise<void>
}> {
  const idp = await startIdentityProvider()
  const google = await startGoogle({ config: change(googleSide(idp.issuer), idp) })
  const close = async (): Promise<void> => {
    await Promise.all([idp.close(), google.close()])
  }
  return { idp, google, close }
}
