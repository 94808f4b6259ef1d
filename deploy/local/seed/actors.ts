import { hash } from 'node:crypto'
import type { Grant } from '../../../shared/domain/grant.ts'
import type { Policy } from '../../../shared/domain/policy.ts'
import { actor, provider, type Actor } from './actor.ts'

const STORAGE = 'https://www.googleapis.com/auth/devstorage.read_write'
const PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

const GITHUB = provider('github', 'https://token.actions.githubusercontent.com', [
  'ref',
  'repository',
  'sub',
])
const GITLAB = provider('gitlab', 'https://gitlab.com', ['namespace_id', 'project_path', 'sub'])
const ONPREM = provider('onprem', 'https://sso.corp.example.com/realms/main', ['groups', 'sub'])
const CLUSTER = provider('kubernetes', 'https://k8s.corp.example.com', ['kubernetes.io', 'sub'])
const PARTNER = provider('yoyodyne', 'https://id.yoyodyne.example', ['sub', 'tenant'])

const TEAMS = [
  'billing',
  'checkout',
  'search',
  'ledger',
  'media',
  'risk',
  'catalog',
  'mobile',
] as const

/** The workloads of a company of middling size, and of one partner. */
export function actors(): readonly Actor[] {
  return [
    ...TEAMS.flatMap((team, index) => repositories(team, index)),
    ...TEAMS.slice(0, 5).map((team, index) => pipeline(team, index)),
    ...TEAMS.map((team, index) => cluster(team, index)),
    ...['nightly-export', 'warehouse-sync', 'mainframe'].map((job, index) => batch(job, index)),
    ...['orders', 'invoices'].map((feed, index) => partner(feed, index)),
  ]
}

function repositories(team: string, index: number): Actor[] {
  return ['api', 'web', 'infra'].map((kind, n) => {
    const repository = `acme/${team}-${kind}`
    const sub = `repo:${repository}:ref:refs/heads/main`
    return actor(
      GITHUB,
      { sub, repository, ref: 'refs/heads/main' },
      `${team}-deployer@acme-prod.iam.gserviceaccount.com`,
      {
        grant: `deploy-${team}`,
        scopes: [PLATFORM],
        address: `20.102.${index}.${n + 10}`,
        userAgent: 'google-auth-library-nodejs/11.3.4',
        weight: 6 - n * 2,
      },
    )
  })
}

function pipeline(team: string, index: number): Actor {
  const path = `acme/${team}`
  return actor(
    GITLAB,
    {
      sub: `project_path:${path}:ref_type:branch:ref:main`,
      project_path: path,
      namespace_id: '72',
    },
    `${team}-ci@acme-ci.iam.gserviceaccount.com`,
    {
      grant: `gitlab-${team}`,
      scopes: [STORAGE],
      address: `34.74.90.${index + 64}`,
      userAgent: 'google-auth/2.39.0 gl-python/3.13',
      weight: 3,
    },
  )
}

function cluster(team: string, index: number): Actor {
  const sub = `system:serviceaccount:${team}:worker`
  return actor(
    CLUSTER,
    { sub, 'kubernetes.io': { namespace: team } },
    `${team}-runtime@acme-prod.iam.gserviceaccount.com`,
    {
      grant: `runtime-${team}`,
      audience: `https://${team}.run.app`,
      address: `10.20.${index}.7`,
      userAgent: 'gcloud/528.0.0',
      weight: 12,
    },
  )
}

function batch(job: string, index: number): Actor {
  return actor(
    ONPREM,
    { sub: `service-account-${job}`, groups: ['batch', 'google'] },
    'warehouse@acme-data.iam.gserviceaccount.com',
    {
      grant: 'warehouse-load',
      scopes: [STORAGE],
      address: `192.0.2.${index + 20}`,
      userAgent: 'Google-HTTP-Java-Client/1.43.0',
      weight: 4,
    },
  )
}

function partner(feed: string, index: number): Actor {
  return actor(
    PARTNER,
    { sub: `yoyodyne/${feed}`, tenant: 'yoyodyne' },
    'partner-drop@acme-exchange.iam.gserviceaccount.com',
    {
      grant: 'partner-yoyodyne',
      scopes: [STORAGE],
      address: `203.0.113.${index + 40}`,
      userAgent: 'yoyodyne-feeder/4.2',
      weight: 2,
    },
  )
}

/** The policy that the records name: only its digest and its grants matter to them. */
export function policyOf(all: readonly Actor[], revision: number): Policy {
  const grantsByMember = new Map<string, Grant[]>()
  for (const { grant } of all) {
    for (const member of grant.members) {
      grantsByMember.set(member, [...(grantsByMember.get(member) ?? []), grant])
    }
  }
  return {
    digest: `sha256:${hash('sha256', `seeded policy ${revision}`)}`,
    providersByIssuer: new Map(),
    grantsByMember,
    denials: [],
  }
}
