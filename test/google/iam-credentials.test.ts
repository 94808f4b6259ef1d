import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Reason } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Google } from '../../shared/google/google.ts'
import { aContext, googleAt, refusalOf } from '../support/google-client.ts'
import {
  json,
  record,
  text,
  type RecordingServer,
  type Reply,
} from '../support/recording-server.ts'

const NOW = Date.parse('2030-01-01T00:00:00Z')
const SECONDS = NOW / 1_000
const CALLER = new Secret('federated token', 'federated-1')
const ACCOUNT = 'deployer@acme-prod.iam.gserviceaccount.com'
const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only'

let server: RecordingServer
let google: Google

before(async () => {
  server = await record()
  google = googleAt(server.origin, { now: () => NOW })
})
after(async () => {
  await google.close()
  await server.close()
})

function accessToken(delegates: readonly string[] = [], account = ACCOUNT) {
  const order = { scopes: [SCOPE], lifetime: 900, delegates }
  return google.iamCredentials.generateAccessToken(CALLER, account, order, aContext())
}

test('generateAccessToken is the request that Google documents', async () => {
  server.replyWith(json(200, { accessToken: 'account-1', expireTime: '2030-01-01T00:15:00Z' }))
  const issued = await accessToken(['first@p.iam.gserviceaccount.com'])
  assert.equal(issued.token.reveal(), 'account-1')
  assert.equal(issued.token.kind, 'account token')
  assert.equal(issued.expiresAt, SECONDS + 900)
  const [request] = server.requests
  assert.ok(request)
  assert.equal(request.method, 'POST')
  assert.equal(
    request.path,
    '/v1/projects/-/serviceAccounts/deployer@acme-prod.iam.gserviceaccount.com:generateAccessToken',
  )
  assert.deepEqual(JSON.parse(request.body), {
    scope: [SCOPE],
    lifetime: '900s',
    delegates: ['projects/-/serviceAccounts/first@p.iam.gserviceaccount.com'],
  })
  const { headers } = request
  assert.equal(headers.authorization, 'Bearer federated-1')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['x-goog-request-reason'], 'bureau:019a7c1e-0000-7000-8000-000000000001')
  assert.equal(
    headers['user-agent'],
    'token-bureau/1.2.3 (bureau:019a7c1e-0000-7000-8000-000000000001)',
  )
})

function status(code: number, word: string): Reply {
  return json(code, { error: { code, status: word, message: 'Prose that names things.' } })
}

const STATUSES: readonly (readonly [
  what: string,
  reply: Reply,
  reason: Reason,
  detail: string,
  requests: number,
])[] = [
  [
    '400',
    status(400, 'INVALID_ARGUMENT'),
    'upstream_denied',
    'iamCredentials: HTTP 400 INVALID_ARGUMENT',
    1,
  ],
  [
    '403',
    json(403, {
      error: {
        code: 403,
        message:
          "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
        status: 'PERMISSION_DENIED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'IAM_PERMISSION_DENIED',
            domain: 'iam.googleapis.com',
            metadata: { permission: 'iam.serviceAccounts.getAccessToken' },
          },
        ],
      },
    }),
    'upstream_denied',
    'iamCredentials: HTTP 403 PERMISSION_DENIED IAM_PERMISSION_DENIED iam.serviceAccounts.getAccessToken',
    1,
  ],
  ['404', status(404, 'NOT_FOUND'), 'upstream_denied', 'iamCredentials: HTTP 404 NOT_FOUND', 1],
  [
    '404 in HTML',
    text(404, 'text/html', '<html>'),
    'upstream_bad',
    'iamCredentials: HTTP 404 without the expected JSON',
    1,
  ],
  [
    '401',
    status(401, 'UNAUTHENTICATED'),
    'upstream_bad',
    'iamCredentials: HTTP 401 without the expected JSON',
    1,
  ],
  ['429', status(429, 'RESOURCE_EXHAUSTED'), 'quota', 'generateAccessToken: HTTP 429, tries: 3', 3],
  ['503', status(503, 'UNAVAILABLE'), 'upstream', 'generateAccessToken: HTTP 503, tries: 3', 3],
]

for (const [what, reply, reason, detail, requests] of STATUSES) {
  test(`IAM Credentials answers ${what}: ${reason}`, async () => {
    server.replyWith(reply)
    const refusal = await refusalOf(accessToken())
    assert.equal(refusal.reason, reason)
    assert.equal(refusal.detail, detail)
    assert.equal(server.requests.length, requests)
  })
}

const EXPIRIES: readonly (readonly [expireTime: unknown, accepted: boolean])[] = [
  ['2030-01-01T00:15:00Z', true],
  ['2030-01-01T00:15:00.999999999Z', true],
  ['2030-01-01T00:00:01Z', true],
  ['2030-01-01T00:16:00Z', true],
  ['2030-01-01T00:16:01Z', false],
  ['2030-01-01T12:00:00Z', false],
  ['9999-12-31T23:59:59Z', false],
  ['2030-01-01T00:00:00Z', false],
  ['2029-12-31T23:59:59Z', false],
  ['2030-01-01T00:15:00', false],
  ['2030-01-01T00:15:00+00:00', false],
  ['2030-01-01', false],
  ['2030-13-01T00:00:00Z', false],
  ['soon', false],
  [SECONDS + 900, false],
  [undefined, false],
]

for (const [expireTime, accepted] of EXPIRIES) {
  test(`expireTime ${JSON.stringify(expireTime)} is ${accepted ? 'taken' : 'unusable'}`, async () => {
    server.replyWith(json(200, { accessToken: 'account-1', expireTime }))
    if (accepted) {
      assert.equal((await accessToken()).token.reveal(), 'account-1')
    } else {
      assert.equal((await refusalOf(accessToken())).reason, 'upstream_bad')
      assert.equal(server.requests.length, 1)
    }
  })
}

for (const token of [undefined, '', 7, 'a b', 'x'.repeat(12_289)]) {
  test(`accessToken ${JSON.stringify(token)?.slice(0, 20)} is unusable`, async () => {
    server.replyWith(json(200, { accessToken: token, expireTime: '2030-01-01T00:15:00Z' }))
    assert.equal((await refusalOf(accessToken())).reason, 'upstream_bad')
  })
}

const ACCOUNTS = [
  '',
  'no-at-sign',
  'a@b/../../x',
  'a@b:signBlob?x',
  'a@b%2f',
  'a@b\r\nx',
  '../a@b',
  'a@b@c',
]

for (const account of ACCOUNTS) {
  test(`${JSON.stringify(account)} never becomes part of a path`, async () => {
    server.replyWith(json(200, {}))
    assert.equal((await refusalOf(accessToken([], account))).reason, 'fault')
    assert.equal(server.requests.length, 0)
  })
}
