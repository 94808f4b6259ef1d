import { ACCOUNTS, QUERY, READ, resourceNameOf, SERVICE, WRITE } from './policy.ts'

const BOUNDARY = JSON.stringify({
  accessBoundary: {
    accessBoundaryRules: [
      {
        availableResource: '//storage.googleapis.com/projects/_/buckets/acme-orders',
        availablePermissions: ['inRole:roles/storage.objectViewer'],
      },
    ],
  },
})

export const OPTIONS = [
  '{"userProject":"p"}',
  '{}',
  ' {"userProject":"p"}',
  encodeURIComponent('{"userProject":"p"}'),
  '{"userProject":1}',
  '{"unknown":1}',
  '{"userProject":"p","userProject":"q"}',
  'null',
  '%zz',
  BOUNDARY,
  encodeURIComponent(BOUNDARY),
  '{"accessBoundary":{"accessBoundaryRules":[]}}',
] as const

export const TARGETS = [
  ...ACCOUNTS,
  ...ACCOUNTS.map((account) => `//iam.googleapis.com/projects/-/serviceAccounts/${account}`),
  'deploy',
  'read',
  'query',
  'shadow',
  'tenants',
  resourceNameOf('pipeline'),
  resourceNameOf('cluster'),
  resourceNameOf('shared-one'),
  resourceNameOf('shared-two'),
  resourceNameOf('none'),
  ACCOUNTS[0].toUpperCase(),
  `${ACCOUNTS[0]} `,
  `${ACCOUNTS[0]}/x`,
  'nobody@acme-prod.iam.gserviceaccount.com',
] as const

export const SCOPES = [
  READ,
  WRITE,
  QUERY,
  `${READ} ${WRITE}`,
  `${READ}  ${READ}`,
  `${QUERY} ${READ} x`,
  ' ',
  'openid',
  `${READ}\t${WRITE}`,
  'é',
]
export const LIFETIMES = [
  '1',
  '600',
  '601',
  '900',
  '900s',
  '901',
  '3600',
  '7200',
  '7201',
  '0',
  '-1',
  '1.5',
  '9e2',
  '900 ',
  '0900',
  '99999',
  600,
  600.5,
  1e3,
]
export const RESOURCES = [SERVICE, `${SERVICE}/`, 'app-abc', 'https://', 'urn:x:y', `${SERVICE}#x`]
export const UNKNOWN = ['client_id', 'x', 'audience2', 'subjectTokens', '', 'a[b]', 'x[]']
export const VALUES = ['', 'x', ' ', null, 1, true, ['x'], { a: 1 }, Infinity]
