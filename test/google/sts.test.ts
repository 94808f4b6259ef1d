import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Secret } from '../../shared/domain/secret.ts'
import type { Google } from '../../shared/google/google.ts'
import { aContext, EXCHANGED, exchanged, googleAt, refusalOf } from '../support/google-client.ts'
import { json, record, type RecordingServer } from '../support/recording-server.ts'

const AUDIENCE =
  '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/github'
const SUBJECT = new Secret('subject token', 'head.pay+load.sig/nature')
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const BOUNDARY = {
  accessBoundaryRules: [
    {
      availableResource: '//storage.googleapis.com/projects/_/buckets/b',
      availablePermissions: ['inRole:roles/storage.objectViewer'],
    },
  ],
}

let server: RecordingServer
let google: Google

before(async () => {
  server = await record()
  google = googleAt(server.origin)
})
after(async () => {
  await google.close()
  await server.close()
})

function exchange() {
  return google.sts.exchange(AUDIENCE, SUBJECT, aContext())
}

test('the exchange is the request that Google documents', async () => {
  server.replyWith(exchanged)
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
  const { expires_in: _life, ...withoutLife } = EXCHANGED
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
  server.replyWith(json(200, { ...EXCHANGED, expires_in: 0 }))
  const broad = new Secret('account token', 'broad')
  const refusal = await refusalOf(google.sts.downscope(broad, BOUNDARY, aContext()))
  assert.equal(refusal.reason, 'upstream_bad')
})

const SHAPES: readonly (readonly [what: string, body: unknown])[] = [
  ['{}', {}],
  ['no access_token', { ...EXCHANGED, access_token: undefined }],
  ['an empty access_token', { ...EXCHANGED, access_token: '' }],
  ['a number for access_token', { ...EXCHANGED, access_token: 7 }],
  ['an access_token of 12,289 characters', { ...EXCHANGED, access_token: 'x'.repeat(12_289) }],
  ['an access_token with a line break', { ...EXCHANGED, access_token: 'x\r\nHost: evil' }],
  ['an access_token with a space', { ...EXCHANGED, access_token: 'x y' }],
  ['an access_token beyond ASCII', { ...EXCHANGED, access_token: 'xé' }],
  ['no token_type', { ...EXCHANGED, token_type: undefined }],
  ['token_type N_A', { ...EXCHANGED, token_type: 'N_A' }],
  ['no issued_token_type', { ...EXCHANGED, issued_token_type: undefined }],
  ['an issued id_token', { ...EXCHANGED, issued_token_type: ACCESS_TOKEN.replace('access', 'id') }],
  ['no expires_in', { ...EXCHANGED, expires_in: undefined }],
  ['expires_in a string', { ...EXCHANGED, expires_in: '3599' }],
  ['expires_in -1', { ...EXCHANGED, expires_in: -1 }],
  ['expires_in 0', { ...EXCHANGED, expires_in: 0 }],
  ['expires_in 43,201', { ...EXCHANGED, expires_in: 43_201 }],
  ['expires_in null', { ...EXCHANGED, expires_in: null }],
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
  server.replyWith(
    json(200, { ...EXCHANGED, access_token, token_type: 'bearer', expires_in: 43_200 }),
  )
  assert.equal((await exchange()).reveal(), access_token)
})
