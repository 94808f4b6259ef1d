import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Reason } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Google } from '../../shared/google/google.ts'
import { aContext, googleAt, refusalOf } from '../support/google-client.ts'
import {
  hang,
  json,
  record,
  reset,
  text,
  type RecordingServer,
  type Reply,
} from '../support/recording-server.ts'

const AUDIENCE =
  '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/github'
const SUBJECT = new Secret('subject token', 'head.pay+load.sig/nature')
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const GOOD = {
  access_token: 'federated-1',
  issued_token_type: ACCESS_TOKEN,
  token_type: 'Bearer',
  expires_in: 3_599,
}
const BOUNDARY = {
  accessBoundaryRules: [
    {
      availableResource: '//storage.googleapis.com/projects/_/buckets/b',
      availablePermissions: ['inRole:roles/storage.objectViewer'],
    },
  ],
}

const QUICK = { tryMs: 200, totalMs: 2_000 }

let server: RecordingServer
let google: Google

before(async () => {
  server = await record()
  google = googleAt(server.origin, QUICK)
})
after(async () => {
  await google.close()
  await server.close()
})

function exchange() {
  return google.sts.exchange(AUDIENCE, SUBJECT, aContext())
}

test('the exchange is the request that Google documents', async () => {
  server.replyWith(json(200, GOOD))
  const token = await exchange()
  assert.equal(token.reveal(), 'federated-1')
  assert.equal(token.kind, 'federated token')
  const [request] = server.requests
  assert.ok(request)
  assert.equal(request.method, 'POST')
  assert.equal(request.path, '/v1/token')
  assert.deepEqual(Object.fromEntries(new URLSearchParams(request.body)), {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: AUDIENCE,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    requested_token_type: ACCESS_TOKEN,
    subject_token: 'head.pay+load.sig/nature',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  })
  const { headers } = request
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(headers['x-goog-request-reason'], 'bureau:019a7c1e-0000-7000-8000-000000000001')
  assert.equal(
    headers['user-agent'],
    'token-bureau/1.2.3 (bureau:019a7c1e-0000-7000-8000-000000000001)',
  )
  assert.equal(headers.authorization, undefined)
  assert.equal(headers['content-length'], String(Buffer.byteLength(request.body)))
})

test('downscoping sends the access boundary and no audience', async () => {
  const { expires_in: _life, ...withoutLife } = GOOD
  server.replyWith(json(200, withoutLife))
  const token = await google.sts.downscope(
    new Secret('account token', 'broad'),
    BOUNDARY,
    aContext(),
  )
  assert.equal(token.kind, 'account token')
  const form = Object.fromEntries(new URLSearchParams(server.requests[0]?.body))
  assert.deepEqual(
    { ...form, options: JSON.parse(form['options'] ?? '') as unknown },
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: ACCESS_TOKEN,
      subject_token: 'broad',
      subject_token_type: ACCESS_TOKEN,
      options: { accessBoundary: BOUNDARY },
    },
  )
})

test('downscoping refuses a life that is no life', async () => {
  server.replyWith(json(200, { ...GOOD, expires_in: 0 }))
  const broad = new Secret('account token', 'broad')
  const refusal = await refusalOf(google.sts.downscope(broad, BOUNDARY, aContext()))
  assert.equal(refusal.reason, 'upstream_bad')
})

function oauthError(error: string, description: string) {
  return { error, error_description: description }
}

const CONDITION = 'The given credential is rejected by the attribute condition.'
const REFUSED: readonly (readonly [
  what: string,
  reply: Reply,
  reason: Reason,
  detail: string | RegExp,
])[] = [
  [
    '400 invalid_grant',
    json(400, oauthError('invalid_grant', 'Unable to parse the ID Token.')),
    'upstream_denied',
    'sts: HTTP 400 invalid_grant: Unable to parse the ID Token.',
  ],
  [
    '400, the issuer is out of its reach',
    json(400, oauthError('invalid_grant', "Error connecting to the given credential's issuer.")),
    'upstream_denied',
    "sts: HTTP 400 invalid_grant: Error connecting to the given credential's issuer.",
  ],
  [
    '400 unauthorized_client',
    json(400, oauthError('unauthorized_client', CONDITION)),
    'upstream_denied',
    `sts: HTTP 400 unauthorized_client: ${CONDITION}`,
  ],
  [
    '400 invalid_target',
    json(400, oauthError('invalid_target', 'The target service is invalid.')),
    'upstream_denied',
    'sts: HTTP 400 invalid_target: The target service is invalid.',
  ],
  [
    '400 invalid_request',
    json(400, oauthError('invalid_request', 'Scope(s) must be provided.')),
    'upstream_denied',
    'sts: HTTP 400 invalid_request: Scope(s) must be provided.',
  ],
  [
    '401',
    json(401, { error: 'invalid_client' }),
    'upstream_denied',
    'sts: HTTP 401 invalid_client',
  ],
  [
    '403, the API is off',
    json(403, { error: { code: 403, status: 'PERMISSION_DENIED', message: 'API disabled' } }),
    'upstream_denied',
    'sts: HTTP 403 PERMISSION_DENIED',
  ],
  ['429', json(429, { error: 'quota_exceeded' }), 'quota', 'sts: HTTP 429, tries: 3'],
  ['500', json(500, {}), 'upstream', 'sts: HTTP 500, tries: 3'],
  ['502', text(502, 'text/html', '<html>'), 'upstream', 'sts: HTTP 502, tries: 3'],
  ['503', json(503, {}), 'upstream', 'sts: HTTP 503, tries: 3'],
  ['504', json(504, {}), 'upstream', 'sts: HTTP 504, tries: 3'],
  ['a hang', hang, 'upstream', 'sts: timeout (TIMEOUT), tries: 3'],
  ['a reset', reset, 'upstream', /^sts: reset \(\w+\), tries: 3$/],
  [
    'a reset in the middle of the body',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
      response.write('{"access_token":"cut', () => response.destroy())
    },
    'upstream',
    /^sts: reset \(\w+\), tries: 3$/,
  ],
  [
    '400 in HTML',
    text(400, 'text/html', '<html>'),
    'upstream_bad',
    'sts: HTTP 400 without the expected JSON',
  ],
  ['404', json(404, { error: 'not_found' }), 'upstream_bad', /^sts: HTTP 404/],
  ['204', (response) => response.writeHead(204).end(), 'upstream_bad', /^sts: HTTP 204/],
  [
    '200 in HTML',
    text(200, 'text/html', JSON.stringify(GOOD)),
    'upstream_bad',
    'sts: HTTP 200 without the expected JSON',
  ],
  [
    '200 without a type',
    (response) => response.end(JSON.stringify(GOOD)),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
  [
    '200 truncated',
    text(200, 'application/json', JSON.stringify(GOOD).slice(0, 40)),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
  ['200 with a list', json(200, [GOOD]), 'upstream_bad', /^sts: HTTP 200 without/],
  ['200 with null', json(200, null), 'upstream_bad', /^sts: HTTP 200 without/],
  [
    '200 compressed',
    json(200, GOOD, { 'content-encoding': 'gzip' }),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
  [
    '20 MiB announced',
    json(200, { ...GOOD, x: 'x'.repeat(20 * 1_048_576) }),
    'upstream_bad',
    /^sts: HTTP 200 without/,
  ],
]

for (const [what, reply, reason, detail] of REFUSED) {
  test(`STS answers ${what}: ${reason}`, async () => {
    server.replyWith(reply)
    await using fresh = googleAt(server.origin, QUICK)
    const refusal = await refusalOf(fresh.sts.exchange(AUDIENCE, SUBJECT, aContext()))
    assert.equal(refusal.reason, reason)
    if (typeof detail === 'string') assert.equal(refusal.detail, detail)
    else assert.match(refusal.detail ?? '', detail)
    const retried = reason === 'upstream' || reason === 'quota'
    assert.equal(server.requests.length, retried ? 3 : 1)
  })
}

test('the words of a denial stay in the record', async () => {
  server.replyWith(json(400, oauthError('unauthorized_client', CONDITION)))
  const refusal = await refusalOf(exchange())
  assert.equal(refusal.error, 'unauthorized_client')
  assert.ok(!refusal.sentence.includes('condition'))
})

const SHAPES: readonly (readonly [what: string, body: unknown])[] = [
  ['{}', {}],
  ['no access_token', { ...GOOD, access_token: undefined }],
  ['an empty access_token', { ...GOOD, access_token: '' }],
  ['a number for access_token', { ...GOOD, access_token: 7 }],
  ['an access_token of 12,289 characters', { ...GOOD, access_token: 'x'.repeat(12_289) }],
  ['an access_token with a line break', { ...GOOD, access_token: 'x\r\nHost: evil' }],
  ['an access_token with a space', { ...GOOD, access_token: 'x y' }],
  ['an access_token beyond ASCII', { ...GOOD, access_token: 'xé' }],
  ['no token_type', { ...GOOD, token_type: undefined }],
  ['token_type N_A', { ...GOOD, token_type: 'N_A' }],
  ['no issued_token_type', { ...GOOD, issued_token_type: undefined }],
  ['an issued id_token', { ...GOOD, issued_token_type: ACCESS_TOKEN.replace('access', 'id') }],
  ['no expires_in', { ...GOOD, expires_in: undefined }],
  ['expires_in a string', { ...GOOD, expires_in: '3599' }],
  ['expires_in -1', { ...GOOD, expires_in: -1 }],
  ['expires_in 0', { ...GOOD, expires_in: 0 }],
  ['expires_in 43,201', { ...GOOD, expires_in: 43_201 }],
  ['expires_in null', { ...GOOD, expires_in: null }],
]

for (const [what, body] of SHAPES) {
  test(`a 200 with ${what} is unusable, and not asked for again`, async () => {
    server.replyWith(json(200, body))
    const refusal = await refusalOf(exchange())
    assert.equal(refusal.reason, 'upstream_bad')
    assert.equal(server.requests.length, 1)
  })
}

test('the longest token and the longest life are taken', async () => {
  const access_token = 'x'.repeat(12_288)
  server.replyWith(json(200, { ...GOOD, access_token, token_type: 'bearer', expires_in: 43_200 }))
  assert.equal((await exchange()).reveal(), access_token)
})
