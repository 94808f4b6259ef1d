import type { JsonObject } from '../oracle/json.ts'
import type { ProviderRule } from '../oracle/rules.ts'

export const READ = 'https://www.googleapis.com/auth/devstorage.read_only'
export const WRITE = 'https://www.googleapis.com/auth/devstorage.read_write'
export const QUERY = 'https://www.googleapis.com/auth/bigquery'
export const SERVICE = 'https://app-abc.run.app'
export const AUDIENCES = ['https://bureau.example.com', 'https://other.example.com'] as const
export const ACCOUNTS = [
  'deployer@acme-prod.iam.gserviceaccount.com',
  'reader@acme-prod.iam.gserviceaccount.com',
  'batch@acme-prod.iam.gserviceaccount.com',
] as const

/** Where all providers are. */
export const POOL = 'projects/123456/locations/global/workloadIdentityPools/fuzz/providers'
const [DEPLOYER, READER, BATCH] = ACCOUNTS

/** The resource name of a provider. */
export function resourceNameOf(id: string): string {
  return `//iam.googleapis.com/${POOL}/${id}`
}

/** A provider twice: in CEL for the service, in functions for the judge. */
export interface Definition extends Omit<ProviderRule, 'keys' | 'issuer' | 'resourceName'> {
  readonly path: string
  readonly cel: {
    readonly attributeMapping: Readonly<Record<string, string>>
    readonly attributeCondition: string
  }
}

export const PROVIDERS: readonly Definition[] = [
  {
    id: 'pipeline',
    path: 'rsa',
    audiences: [AUDIENCES[0]],
    algorithms: ['RS256'],
    maxTokenAge: 3600,
    cel: {
      attributeMapping: {
        'google.subject': 'assertion.sub',
        'attribute.repository_id': 'assertion.repository_id',
        'attribute.branch': "assertion.ref.extract('refs/heads/{branch}')",
      },
      attributeCondition: "assertion.repository_owner_id == '1001'",
    },
    map: ({ sub, repository_id, ref }) => ({
      subject: sub,
      attributes: { repository_id, branch: branchOf(ref) },
    }),
    condition: ({ repository_owner_id: owner }) => owner === '1001',
  },
  {
    id: 'cluster',
    path: 'ec',
    audiences: AUDIENCES,
    algorithms: ['ES256'],
    maxTokenAge: 600,
    cel: {
      attributeMapping: { 'google.subject': 'assertion.sub', 'google.groups': 'assertion.groups' },
      attributeCondition: "'deployer' in assertion.roles",
    },
    map: ({ sub, groups }) => ({ subject: sub, groups }),
    condition: ({ roles }) => holds(roles, 'deployer'),
  },
  {
    id: 'shared-one',
    path: 'both',
    audiences: [AUDIENCES[0]],
    algorithms: ['RS256', 'ES256'],
    maxTokenAge: 86_400,
    cel: {
      attributeMapping: {
        'google.subject': "assertion.tenant + '/' + assertion.sub",
        'attribute.tenant': 'assertion.tenant',
      },
      attributeCondition: "has(assertion.tenant) && assertion.tenant != ''",
    },
    map: ({ sub, tenant }) => ({
      subject:
        typeof tenant === 'string' && typeof sub === 'string' ? `${tenant}/${sub}` : undefined,
      attributes: { tenant },
    }),
    condition: ({ tenant }) => tenant !== undefined && tenant !== '',
  },
  {
    id: 'shared-two',
    path: 'both',
    audiences: [AUDIENCES[1]],
    algorithms: ['ES256'],
    maxTokenAge: 86_400,
    cel: {
      attributeMapping: { 'google.subject': 'assertion.sub' },
      attributeCondition: 'assertion.level == 3 || assertion.admin == true',
    },
    map: ({ sub }) => ({ subject: sub }),
    condition: ({ level, admin }) => level === 3 || admin === true,
  },
]

export const GRANTS = [
  {
    id: 'deploy',
    members: ['pipeline:attribute.repository_id/2002'],
    cel: "assertion.ref == 'refs/heads/main'",
    condition: ({ ref }: JsonObject) => ref === 'refs/heads/main',
    account: DEPLOYER,
    access: { scopes: [READ, WRITE], maxLifetime: 900, boundary: true },
    idAudiences: [SERVICE],
  },
  {
    id: 'read',
    members: ['pipeline:*'],
    account: DEPLOYER,
    access: { scopes: [READ], maxLifetime: 3600 },
  },
  {
    id: 'query',
    members: ['pipeline:attribute.branch/release', 'cluster:group/readers'],
    account: READER,
    access: { scopes: [QUERY, READ], maxLifetime: 7200, drop: true },
  },
  {
    id: 'shadow',
    auditOnly: true,
    members: ['cluster:*'],
    account: BATCH,
    access: { scopes: [READ], maxLifetime: 3600 },
  },
  { id: 'worker', members: ['cluster:subject/worker'], account: BATCH, idAudiences: [SERVICE] },
  {
    id: 'tenants',
    members: ['shared-one:attribute.tenant/acme', 'shared-two:subject/worker'],
    account: BATCH,
    access: { scopes: [READ], maxLifetime: 600 },
    idAudiences: [SERVICE],
  },
] as const

export const DENIALS = [
  {
    id: 'no-pull-requests',
    members: ['pipeline:*'],
    cel: "assertion.event_name == 'pull_request'",
    condition: ({ event_name: event }: JsonObject) =>
      event === undefined || event === 'pull_request',
  },
] as const

/** Google's `extract`: what follows the first occurrence, or nothing; of what is no text, nothing. */
function branchOf(ref: unknown): string | undefined {
  if (typeof ref !== 'string') return undefined
  const at = ref.indexOf('refs/heads/')
  return at === -1 ? '' : ref.slice(at + 'refs/heads/'.length)
}

/** CEL's `in`: an element of a list or a key of a map. */
function holds(value: unknown, wanted: string): boolean {
  if (Array.isArray(value)) return value.includes(wanted)
  return typeof value === 'object' && value !== null && Object.hasOwn(value, wanted)
}
