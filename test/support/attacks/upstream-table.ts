import type { FaultSetting } from '../../../deploy/local/loopback/faults.ts'
import type { Reason } from '../../../shared/domain/refusal.ts'

/** Google's side misbehaving at one endpoint, for as long as one request takes. */
export interface UpstreamAttack {
  readonly id: string
  readonly name: string
  readonly reason: Reason
  readonly endpoint: 'sts' | 'generateAccessToken' | 'generateIdToken'
  readonly fault: (canary: string) => FaultSetting
  /** Requests to the endpoint, at most and at least. */
  readonly tries: readonly [least: number, most: number]
  /** Kinds that the double minted although nobody received them. */
  readonly minted: readonly string[]
  /** The `Retry-After` of the answer. */
  readonly retryAfter?: string
  /** Must not stand in the answer. */
  readonly unsaid?: string
}

const CONDITION = 'The given credential is rejected by the attribute condition.'
const ENDPOINTS = ['sts', 'generateAccessToken'] as const

type Bad = readonly [name: string, fault: FaultSetting]

/** Faults that answer without minting. */
const BAD_INSTEAD: readonly Bad[] = [
  ['HTML with status 200', { kind: 'html' }],
  ['an empty object', { kind: 'empty-object' }],
  ['20 MiB', { kind: 'oversized', bytes: 20_971_520 }],
  ['an endless answer', { kind: 'endless' }],
  ['a gzip bomb', { kind: 'gzip-bomb', bytes: 67_108_864 }],
  ['a list', { kind: 'status', status: 200, body: [] }],
  ['null', { kind: 'status', status: 200, body: null }],
  ['a 204', { kind: 'status', status: 204, body: '' }],
]

const WRONG_FIELDS: Readonly<
  Record<'sts' | 'generateAccessToken' | 'generateIdToken', readonly Bad[]>
> = {
  sts: [
    ['expires_in a string', { kind: 'replace', fields: { expires_in: '3599' } }],
    ['expires_in -1', { kind: 'replace', fields: { expires_in: -1 } }],
    ['expires_in 1e9', { kind: 'replace', fields: { expires_in: 1e9 } }],
    ['a token with a line end', { kind: 'replace', fields: { access_token: 'ya29.x\r\nx: y' } }],
    ['a token that is a list', { kind: 'replace', fields: { access_token: ['ya29.x'] } }],
    ['token_type mac', { kind: 'replace', fields: { token_type: 'mac' } }],
    ['truncated JSON', { kind: 'truncated' }],
  ],
  generateAccessToken: [
    ['expireTime past', { kind: 'shift', field: 'expireTime', seconds: -1000 }],
    ['expireTime beyond what was asked', { kind: 'shift', field: 'expireTime', seconds: 1000 }],
    ['expireTime no time', { kind: 'replace', fields: { expireTime: 'tomorrow' } }],
    ['expireTime a number', { kind: 'replace', fields: { expireTime: 9_999_999_999 } }],
    ['a token of 20 KB', { kind: 'replace', fields: { accessToken: 'x'.repeat(20_000) } }],
    ['truncated JSON', { kind: 'truncated' }],
  ],
  generateIdToken: [
    ['a token that is no JWT', { kind: 'replace', fields: { token: 'ya29.x' } }],
    [
      'an ID token for another audience',
      { kind: 'replace', fields: { token: idToken({ aud: 'https://evil.example' }) } },
    ],
  ],
}

/** An unsigned ID token: the bureau has it from its issuer and looks at the claims alone. */
function idToken(claims: object): string {
  const parts = [{ alg: 'RS256' }, claims, {}]
  return parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
}

/** What an endpoint mints before its answer is spoilt, once a try. */
function mintedBy(endpoint: UpstreamAttack['endpoint'], tries: number): readonly string[] {
  const kind = {
    sts: 'federated',
    generateAccessToken: 'access_token',
    generateIdToken: 'id_token',
  }
  const own = Array.from({ length: tries }, () => kind[endpoint])
  return endpoint === 'sts' ? own : ['federated', ...own]
}

const ahead = (endpoint: UpstreamAttack['endpoint']): readonly string[] =>
  endpoint === 'sts' ? [] : ['federated']

/** Google's services, faulty in every way that a neighbour can be. */
export const UPSTREAM_ATTACKS: readonly UpstreamAttack[] = [
  {
    id: 'UP01',
    name: 'STS names the attribute condition',
    reason: 'upstream_denied',
    endpoint: 'sts',
    fault: () => ({
      kind: 'status',
      status: 400,
      body: { error: 'unauthorized_client', error_description: CONDITION },
    }),
    tries: [1, 1],
    minted: [],
    unsaid: 'condition',
  },
  {
    id: 'UP01',
    name: 'IAM names the permission',
    reason: 'upstream_denied',
    endpoint: 'generateAccessToken',
    fault: () => ({
      kind: 'status',
      status: 403,
      body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'getAccessToken denied' } },
    }),
    tries: [1, 1],
    minted: ['federated'],
    unsaid: 'getAccessToken',
  },
  ...ENDPOINTS.map((endpoint): UpstreamAttack => ({
    id: 'UP03',
    name: `${endpoint}: 429 with Retry-After 7`,
    reason: 'quota',
    endpoint,
    fault: () => ({ kind: 'status', status: 429, retryAfter: 7 }),
    tries: [1, 1],
    minted: ahead(endpoint),
    retryAfter: '7',
  })),
  ...ENDPOINTS.flatMap((endpoint): readonly UpstreamAttack[] => [
    ...[500, 503, 599].map((status): UpstreamAttack => ({
      id: 'UP05',
      name: `${endpoint}: ${status} for ever`,
      reason: 'upstream',
      endpoint,
      fault: () => ({ kind: 'status', status }),
      tries: [2, 3],
      minted: ahead(endpoint),
    })),
    {
      id: 'UP05',
      name: `${endpoint}: silence`,
      reason: 'upstream',
      endpoint,
      fault: () => ({ kind: 'hang' }),
      tries: [2, 3],
      minted: ahead(endpoint),
    },
    {
      id: 'UP05',
      name: `${endpoint}: reset in mid-body`,
      reason: 'upstream',
      endpoint,
      fault: () => ({ kind: 'reset', times: 3 }),
      tries: [3, 3],
      minted: mintedBy(endpoint, 3),
    },
    ...BAD_INSTEAD.map(([name, fault]): UpstreamAttack => ({
      id: 'UP07',
      name: `${endpoint}: ${name}`,
      reason: 'upstream_bad',
      endpoint,
      fault: () => fault,
      tries: [1, 1],
      minted: ahead(endpoint),
    })),
    ...([301, 302, 307, 308] as const).map((status): UpstreamAttack => ({
      id: 'UP09',
      name: `${endpoint}: ${status} to a canary`,
      reason: 'upstream_bad',
      endpoint,
      fault: (location) => ({ kind: 'redirect', status, location }),
      tries: [1, 1],
      minted: ahead(endpoint),
    })),
  ]),
  ...([...ENDPOINTS, 'generateIdToken'] as const).flatMap((endpoint) =>
    WRONG_FIELDS[endpoint].map(([name, fault]): UpstreamAttack => ({
      id: 'UP07',
      name: `${endpoint}: ${name}`,
      reason: 'upstream_bad',
      endpoint,
      fault: () => fault,
      tries: [1, 1],
      minted: mintedBy(endpoint, 1),
    })),
  ),
]
