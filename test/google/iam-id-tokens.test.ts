import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { SignJWT } from 'jose'
import { Secret } from '../../shared/domain/secret.ts'
import type { Google } from '../../shared/google/google.ts'
import { aContext, googleAt, refusalOf } from '../support/google-client.ts'
import { json, record, type RecordingServer } from '../support/recording-server.ts'

const NOW = Date.parse('2030-01-01T00:00:00Z')
const SECONDS = NOW / 1_000
const CALLER = new Secret('federated token', 'federated-1')
const ACCOUNT = 'deployer@acme-prod.iam.gserviceaccount.com'
const AUDIENCE = 'https://app-abc.run.app'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

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

function idToken(includeEmail = true) {
  const order = { audience: AUDIENCE, includeEmail, delegates: ['a@b.iam.gserviceaccount.com'] }
  return google.iamCredentials.generateIdToken(CALLER, ACCOUNT, order, aContext())
}

async function signed(claims: Readonly<Record<string, unknown>>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
}

const CLAIMS = { iss: 'https://accounts.google.com', aud: AUDIENCE, exp: SECONDS + 3_600 }
const WITH_EMAIL = { ...CLAIMS, email: ACCOUNT, email_verified: true }

test('generateIdToken is the request that Google documents', async () => {
  const token = await signed(WITH_EMAIL)
  server.replyWith(json(200, { token }))
  const issued = await idToken()
  assert.equal(issued.token.reveal(), token)
  assert.equal(issued.expiresAt, SECONDS + 3_600)
  const [request] = server.requests
  assert.ok(request)
  assert.equal(
    request.path,
    '/v1/projects/-/serviceAccounts/deployer@acme-prod.iam.gserviceaccount.com:generateIdToken',
  )
  assert.deepEqual(JSON.parse(request.body), {
    audience: AUDIENCE,
    includeEmail: true,
    delegates: ['projects/-/serviceAccounts/a@b.iam.gserviceaccount.com'],
  })
  assert.equal(request.headers.authorization, 'Bearer federated-1')
})

test('an ID token without e-mail is taken where none was asked for', async () => {
  server.replyWith(json(200, { token: await signed(CLAIMS) }))
  assert.equal((await idToken(false)).expiresAt, SECONDS + 3_600)
})

const ID_TOKENS: readonly (readonly [what: string, token: () => unknown, detail: RegExp])[] = [
  ['no token', () => undefined, /unusable token/],
  ['two parts', () => 'a.b', /no JWT/],
  ['an unsigned token', () => 'e30.e30.', /no JWT/],
  ['a payload that is no JSON', () => 'e30.eCd4.c2ln', /no JWT/],
  ['a payload that is a list', () => 'e30.W10.c2ln', /no JWT/],
  ['another audience', () => signed({ ...WITH_EMAIL, aud: 'https://x.run.app' }), /audience/],
  ['the audience in a list', () => signed({ ...WITH_EMAIL, aud: [AUDIENCE] }), /audience/],
  ['no audience', () => signed({ ...WITH_EMAIL, aud: undefined }), /audience/],
  ['another e-mail', () => signed({ ...WITH_EMAIL, email: 'x@y.example' }), /e-mail/],
  ['no e-mail', () => signed(CLAIMS), /e-mail/],
  ['no exp', () => signed({ ...WITH_EMAIL, exp: undefined }), /no usable exp/],
  ['a past exp', () => signed({ ...WITH_EMAIL, exp: SECONDS }), /expired/],
  ['an exp too far', () => signed({ ...WITH_EMAIL, exp: SECONDS + 3_661 }), /too long/],
]

for (const [what, token, detail] of ID_TOKENS) {
  test(`an ID token answer with ${what} is unusable`, async () => {
    server.replyWith(json(200, { token: await token() }))
    const refusal = await refusalOf(idToken())
    assert.equal(refusal.reason, 'upstream_bad')
    assert.match(refusal.detail ?? '', detail)
  })
}
