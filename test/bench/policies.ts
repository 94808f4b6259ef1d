/** How many providers and grants a policy has, and who issues the tokens of the load. */
export interface PolicySize {
  readonly providers: number
  readonly grants: number
  readonly issuer: string
}

/** Where subject tokens of the load are meant to go. */
export const AUDIENCE = 'https://bureau.example.com'
/** The workload identity provider of the load's tokens. */
export const PROVIDER =
  'projects/123456/locations/global/workloadIdentityPools/ci/providers/tenant-0'
/** The account that the load's tokens lead to. */
export const ACCOUNT = 'deployer-0@acme-prod.iam.gserviceaccount.com'

/**
 * A policy's text: as many providers, and grants shared among them evenly, each with a condition. The
 * first provider issues the tokens of the load, and the first grant covers them.
 */
export function policyText({ providers, grants, issuer }: PolicySize): string {
  return JSON.stringify({
    version: 1,
    providers: Array.from({ length: providers }, (_, index) => ({
      id: `tenant-${index}`,
      issuer: index === 0 ? issuer : `https://tenant-${index}.example.com`,
      audiences: [index === 0 ? AUDIENCE : `${AUDIENCE}/${index}`],
      workloadIdentityProvider: PROVIDER.replace('tenant-0', `tenant-${index}`),
      maxTokenAge: 3600,
      attributeMapping: {
        'google.subject': 'assertion.sub',
        'attribute.repository_id': 'assertion.repository_id',
      },
      attributeCondition: `assertion.repository_owner_id == '${1001 + index}'`,
    })),
    grants: Array.from({ length: grants }, (_, index) => ({
      id: `grant-${index}`,
      members: [
        `tenant-${index % providers}:attribute.repository_id/${2002 + Math.floor(index / providers)}`,
      ],
      condition: "assertion.ref == 'refs/heads/main' && assertion.event_name != 'pull_request'",
      serviceAccount: ACCOUNT.replace('-0@', `-${index % 100}@`),
      accessToken: { scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
    })),
  })
}
