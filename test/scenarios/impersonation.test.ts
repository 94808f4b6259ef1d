import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { decodeJwt } from 'jose'
import { RUNTIME_ACCOUNT } from '../../deploy/local/google-side.ts'
import { assertNoToken } from '../support/canary.ts'
import { get } from '../support/federation.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { BUREAU_AUDIENCE, startScene } from '../support/scene.ts'
import { exchangeAt, FOR_ID_TOKEN } from '../support/token-exchange.ts'

const scene = await startScene()
after(scene.close)
const { google } = scene
const bureau = scene.bureau.url
const UNAVAILABLE = { status: 503, error: 'temporarily_unavailable', reason: 'upstream' }
const DENIED = { status: 400, error: 'unauthorized_client', reason: 'upstream_denied' }

afterEach(() => google.configure(scene.googleSide))

const partnerToken = (subject = 'partner/reports'): Promise<string> =>
  scene.idp.sign({ realm: 'partner', audience: BUREAU_AUDIENCE, claims: { sub: subject } })

async function refusalOf(change = {}): Promise<object> {
  const { status, body } = await exchangeAt(bureau, await partnerToken(), change)
  const { reason } = await outcomeOf(scene.bureau, body.request_id)
  assert.equal('access_token' in body, false)
  return { status, error: body.error, reason }
}

// Comes first: once the function has an identity it keeps the token while that lives.
test('without an identity of its own the function mints nothing', async () => {
  const { metadataAccount: _, ...nobody } = scene.googleSide
  google.configure(nobody)
  assert.deepEqual(await refusalOf(), UNAVAILABLE)
  assert.deepEqual(google.ledger(), [])
})

test('a service account that may impersonate itself gives an ID token with its e-mail', async () => {
  const answer = await exchangeAt(bureau, await partnerToken(), FOR_ID_TOKEN).expect(200)

  const token = answer.body.access_token
  const { iss, aud, email, email_verified: verified } = decodeJwt(token)
  assert.deepEqual(
    { iss, aud, email, verified },
    {
      iss: 'https://accounts.google.com',
      aud: 'https://app-abc.run.app',
      email: RUNTIME_ACCOUNT,
      verified: true,
    },
  )
  const called = await get(`${google.url}/run/app-abc`, token)
  assert.deepEqual([called.status, called.body['caller']], [200, RUNTIME_ACCOUNT])
})

test('the same way gives an access token', async () => {
  const answer = await exchangeAt(bureau, await partnerToken()).expect(200)
  const objects = await get(`${google.url}/storage/v1/b/acme-orders/o`, answer.body.access_token)
  assert.equal(objects.status, 200)
})

test("Google sees the function's own account, and STS is not asked", async () => {
  const answer = await exchangeAt(bureau, await partnerToken()).expect(200)
  const minted = scene.mintedFor(String(answer.headers['x-request-id']))
  assert.deepEqual(
    minted.map(({ kind, account, principalSubject }) => ({ kind, account, principalSubject })),
    [
      {
        kind: 'access_token',
        account: RUNTIME_ACCOUNT,
        principalSubject: `serviceAccount:${RUNTIME_ACCOUNT}`,
      },
    ],
  )
  assert.equal(google.counters().requests['sts'] ?? 0, 0)
})

test("the function's own token comes from the metadata server, once for all requests", async () => {
  await exchangeAt(bureau, await partnerToken()).expect(200)
  const own = google.ledger().filter(({ method }) => method === 'metadata')
  assert.deepEqual(
    own.map(({ kind, account }) => ({ kind, account })),
    [{ kind: 'access_token', account: RUNTIME_ACCOUNT }],
  )
})

for (const change of [{}, FOR_ID_TOKEN]) {
  const what = change === FOR_ID_TOKEN ? 'ID' : 'access'
  test(`an account that may not impersonate itself gets no ${what} token`, async () => {
    const { accounts = [] } = scene.googleSide
    google.configure({
      ...scene.googleSide,
      accounts: accounts.map((account) => ({ ...account, bindings: [] })),
    })
    const before = google.ledger().length
    assert.deepEqual(await refusalOf(change), DENIED)
    assert.equal(google.ledger().length, before)
  })
}

test('a caller whose own token fails never comes to use the identity of the function', async () => {
  const before = google.ledger().length
  const answer = await exchangeAt(bureau, await partnerToken('stranger/reports'))
  assert.deepEqual([answer.status, answer.body.error], [400, 'unauthorized_client'])
  assert.equal(google.ledger().length, before)
})

test('no token was logged on the way', () => {
  assertNoToken([...scene.bureau.stdout(), ...scene.bureau.stderr()])
})
