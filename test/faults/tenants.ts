import { POLICY_IDP } from '../../deploy/local/stack.ts'

/** One tenant of the faults' policy: an issuer, a workload, a service account, all its own. */
export interface Tenant {
  /** `t007`: the provider's id, the realm, and a part of every name that belongs to the tenant. */
  readonly id: string
  /** The `sub` of its workload. */
  readonly subject: string
  /** The one service account that its workload may become. */
  readonly account: string
  /** The same where the second policy is in force. */
  readonly otherAccount: string
  /** As IAM names the workload. */
  readonly principal: string
}

/** What the tenants' tokens must be meant for. */
export const BUREAU_AUDIENCE = 'https://bureau.example.com'
/** The one scope that grants give. */
export const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only'
/** The audience of ID tokens that grants give. */
export const SERVICE = 'https://app-abc.run.app'

const POOL = 'projects/123456/locations/global/workloadIdentityPools/faults'

/** So many tenants. */
export function createTenants(count: number): readonly Tenant[] {
  return Array.from({ length: count }, (_, nth) => {
    const id = `t${String(nth).padStart(3, '0')}`
    const subject = `job/${id}`
    return {
      id,
      subject,
      account: `${id}@acme-prod.iam.gserviceaccount.com`,
      otherAccount: `${id}-other@acme-prod.iam.gserviceaccount.com`,
      principal: `principal://iam.googleapis.com/${POOL}/subject/${subject}`,
    }
  })
}

/** Which of a tenant's two accounts a policy leads to. */
export type Variant = 'account' | 'otherAccount'

/** The policy's text: for each tenant a provider and a grant. */
export function policyOf(tenants: readonly Tenant[], variant: Variant = 'account'): string {
  return `version: 1
providers:
${tenants.map(providerOf).join('')}grants:
${tenants.map((tenant) => grantOf(tenant, tenant[variant])).join('')}`
}

function providerOf({ id }: Tenant): string {
  return `  - id: ${id}
    issuer: ${POLICY_IDP}/realms/${id}
    audiences: [${BUREAU_AUDIENCE}]
    workloadIdentityProvider: ${POOL}/providers/${id}
    maxTokenAge: 3600
    attributeMapping:
      google.subject: assertion.sub
    attributeCondition: assertion.tenant == '${id}'
`
}

function grantOf({ id, subject }: Tenant, account: string): string {
  return `  - id: grant-${id}
    members: ['${id}:subject/${subject}']
    serviceAccount: ${account}
    accessToken:
      scopes: [${SCOPE}]
      maxLifetime: 900
    idToken:
      audiences: [${SERVICE}]
      includeEmail: true
`
}
