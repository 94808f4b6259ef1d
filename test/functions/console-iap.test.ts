import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LOCAL_OPERATOR } from '../../deploy/local/google/sign-in.ts'
import { MINUTE } from '../support/audit-history.ts'
import { startConsoleWorld, storeHistory, type ConsoleWorld } from '../support/console-world.ts'
import { serveKeys, type KeyServer } from '../support/key-server.ts'
import { makeSigner, type Signer } from '../support/keys.ts'
import { outcomeOf } from '../support/log-lines.ts'

const HEADER = 'x-goog-iap-jwt-assertion'
const AUDIENCE = '/projects/123456789/locations/europe-west1/services/console'
const ISSUER = 'https://cloud.google.com/iap'

// IAP publishes several keys at a time, as its page of JWKs does.
const iap = makeSigner('ES256', 'iap-2')
const published = [makeSigner('ES256', 'iap-1'), iap, makeSigner('ES256', 'iap-3')]
let keys: KeyServer
let world: ConsoleWorld
before(async () => {
  keys = await serveKeys(...published.map(({ publicJwk }) => publicJwk))
  world = await startConsoleWorld(
    (store) => storeHistory(store, [{ at: Date.now() - MINUTE, subject: 'feeder' }]),
    { IAP_AUDIENCE: AUDIENCE, IAP_CERTS_URL: `${keys.origin}/jwks` },
  )
})
after(async () => {
  await world.close()
  await keys.close()
})

type Members = Readonly<Record<string, unknown>>

/** What IAP puts into its header; its e-mails are verified, and it does not say so. */
function assertion(claims: Members = {}, signer: Signer = iap, header: Members = {}): string {
  const iat = Math.floor(Date.now() / 1000)
  const payload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'accounts.google.com:100000000000000000001',
    email: LOCAL_OPERATOR,
    hd: 'acme.example',
    google: { access_levels: ['accessPolicies/1/accessLevels/trusted'] },
    iat,
    exp: iat + 600,
  }
  const { alg, kid } = signer
  return signer.sign({ alg, typ: 'JWT', kid, ...header }, { ...payload, ...claims })
}

async function statusOf(token: string, path = '/api/events?show=issued'): Promise<number> {
  const response = await world.get(path, { [HEADER]: token })
  const text = await response.text()
  assert.equal(response.status === 200, text.includes('feeder'), text)
  return response.status
}

test('IAP’s assertion of an operator opens the console, and its e-mail stands in the log', async () => {
  assert.equal(await statusOf(assertion()), 200)
  assert.equal(await statusOf(assertion({ email: LOCAL_OPERATOR.toUpperCase() })), 200)
  const page = await world.get('/events', { [HEADER]: assertion() })
  assert.match(await page.text(), new RegExp(`<span>${LOCAL_OPERATOR}</span>`))
  assert.partialDeepStrictEqual(
    await outcomeOf(world.console, page.headers.get('x-request-id') ?? ''),
    { status: 200, operator: LOCAL_OPERATOR },
  )
  assert.deepEqual(keys.asked(), [0, 1])
})

const seconds = () => Math.floor(Date.now() / 1000)
const REFUSED: readonly (readonly [claim: string, token: () => string, status: number])[] = [
  ['for another backend', () => assertion({ aud: `${AUDIENCE}-2` }), 401],
  [
    'with the console’s own address for an audience',
    () => assertion({ aud: world.console.url }),
    401,
  ],
  ['of another issuer', () => assertion({ iss: 'https://accounts.google.com' }), 401],
  ['that is over', () => assertion({ iat: seconds() - 700, exp: seconds() - 100 }), 401],
  ['without an end', () => assertion({ exp: undefined }), 401],
  ['by a key of nobody', () => assertion({}, makeSigner('ES256', 'iap-2')), 401],
  ['by a key that is not published', () => assertion({}, makeSigner('ES256', 'iap-9')), 401],
  ['signed with RS256', () => assertion({}, makeSigner('RS256', 'iap-2')), 401],
  ['signed with nothing', () => assertion({}, iap, { alg: 'none' }), 401],
  ['that is cut short', () => assertion().slice(0, -6), 401],
  ['of somebody else', () => assertion({ email: 'visitor@acme.example' }), 403],
  ['without an e-mail', () => assertion({ email: undefined }), 403],
  ['with a list of e-mails', () => assertion({ email: [LOCAL_OPERATOR] }), 403],
]

for (const [claim, token, status] of REFUSED) {
  test(`an assertion ${claim} opens nothing`, async () => {
    assert.equal(await statusOf(token()), status)
  })
}

test('a bad assertion is not made good by a good bearer token', async () => {
  const authorization = `Bearer ${await world.idToken()}`
  const headers = { [HEADER]: assertion({ aud: 'other' }), authorization }
  assert.equal((await world.get('/api/events', headers)).status, 401)
  assert.equal((await world.get('/api/events', { authorization })).status, 200)
})

test('IAP’s assertion counts as such alone: as a bearer token it opens nothing', async () => {
  const authorization = `Bearer ${assertion()}`
  assert.equal((await world.get('/api/events', { authorization })).status, 401)
})

test('behind IAP a form of another site does nothing, and the console’s own works', async () => {
  const evil = { [HEADER]: assertion(), origin: 'https://evil.example' }
  assert.equal((await world.post('/api/find', { token: 'x' }, evil)).status, 400)
  const bare = { [HEADER]: assertion() }
  assert.equal((await world.post('/api/find', { token: 'x' }, bare)).status, 400)
  const own = { [HEADER]: assertion(), origin: world.console.url }
  assert.equal((await world.post('/api/find', { token: 'x' }, own)).status, 200)
})
