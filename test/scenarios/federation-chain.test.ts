import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { fingerprint } from '../../deploy/local/google/minted.ts'
import type { AuthenticationData } from '../../shared/audit/schema/authentication.ts'
import { assertNoToken } from '../support/canary.ts'
import { get } from '../support/federation.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { startScene } from '../support/scene.ts'
import { ACCESS_TOKEN, exchangeAt, FOR_ID_TOKEN, ID_TOKEN } from '../support/token-exchange.ts'

const AUTH = 'https://www.googleapis.com/auth/'
const READ = `${AUTH}devstorage.read_only`
const BIGQUERY = `${AUTH}bigquery`
const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'
const PROVIDER =
  '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/github'

const scene = await startScene()
after(scene.close)
const { google } = scene
const bureau = scene.bureau.url
const objects = `${google.url}/storage/v1/b/acme-orders/o`
const service = `${google.url}/run/app-abc`

test('an access token: subject token, STS, generateAccessToken, protected API', async () => {
  const subjectToken = await scene.pipeline()
  const answer = await exchangeAt(bureau, subjectToken).expect(200)

  const { access_token: token, expires_in: expiresIn, ...rest } = answer.body
  assert.deepEqual(rest, {
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    scope: `${READ} ${BIGQUERY}`,
  })
  assert.ok(expiresIn > 890 && expiresIn <= 900, `expires_in is ${expiresIn}`)

  assert.equal((await get(objects, token)).status, 200)
  assert.equal((await get(objects, subjectToken)).status, 401)
  assert.equal((await get(service, token)).status, 401, 'Cloud Run wants an ID token')
})

test('an ID token: subject token, STS, generateIdToken, Cloud Run', async () => {
  const answer = await exchangeAt(bureau, await scene.pipeline(), FOR_ID_TOKEN).expect(200)

  const { access_token: token, expires_in: expiresIn, ...rest } = answer.body
  assert.deepEqual(rest, { issued_token_type: ID_TOKEN, token_type: 'N_A' })
  assert.ok(expiresIn > 3590 && expiresIn <= 3600, `expires_in is ${expiresIn}`)

  const keys = createRemoteJWKSet(new URL(`${google.url}/oauth2/v3/certs`))
  const { payload } = await jwtVerify(token, keys, {
    issuer: 'https://accounts.google.com',
    audience: 'https://app-abc.run.app',
    algorithms: ['RS256'],
  })
  assert.equal(payload['email'], DEPLOYER)
  assert.equal(payload['email_verified'], true)

  const called = await get(service, token)
  assert.equal(called.status, 200)
  assert.equal(called.body['caller'], DEPLOYER)
  assert.equal((await get(objects, token)).status, 401, 'an ID token is no access token')
})

test('answers to a token request are not kept by anybody', async () => {
  const { headers } = await exchangeAt(bureau, await scene.pipeline()).expect(200)
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['pragma'], 'no-cache')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.match(String(headers['content-type']), /^application\/json/)
})

test('request_id joins the answer, the audit and both calls to Google', async () => {
  for (const change of [{}, FOR_ID_TOKEN]) {
    const answer = await exchangeAt(bureau, await scene.pipeline(), change).expect(200)
    const requestId = String(answer.headers['x-request-id'])
    assert.equal((await outcomeOf(scene.bureau, requestId)).reason, 'issued')

    const minted = scene.mintedFor(requestId)
    assert.deepEqual(
      minted.map(({ kind }) => kind),
      ['federated', change === FOR_ID_TOKEN ? 'id_token' : 'access_token'],
    )
    for (const { userAgent } of minted) {
      assert.match(String(userAgent), /^token-bureau\/\d/)
      assert.ok(userAgent?.includes(`bureau:${requestId}`))
    }
    assert.match(String(minted[1]?.principalSubject), /^principal:\/\/.*repo:acme\/app:ref:/)
  }
})

test("Google is asked with the caller's own token, and for exactly what was granted", async () => {
  const subjectToken = await scene.pipeline()
  const answer = await exchangeAt(bureau, subjectToken, { scope: BIGQUERY, lifetime: '300s' })
  const [federated, minted] = scene.mintedFor(String(answer.headers['x-request-id']))
  assert.equal(federated?.audience, PROVIDER)
  assert.equal(federated?.subjectFingerprint, fingerprint(subjectToken))
  assert.deepEqual(minted?.scopes, [BIGQUERY])
  assert.equal(minted?.lifetime, 300)
  assert.equal(minted?.account, DEPLOYER)
  assert.equal(minted?.fingerprint, fingerprint(answer.body.access_token))
})

test("a chain of delegates leads to an account out of the caller's own reach", async () => {
  for (const change of [{}, FOR_ID_TOKEN]) {
    const answer = await exchangeAt(bureau, await scene.pipelineOf('5005'), change).expect(200)
    const minted = scene.mintedFor(String(answer.headers['x-request-id']))
    assert.equal(minted.at(-1)?.account, 'remote@acme-prod.iam.gserviceaccount.com')
  }
})

const BOUNDARY = {
  accessBoundary: {
    accessBoundaryRules: [
      {
        availableResource: '//storage.googleapis.com/projects/_/buckets/acme-orders',
        availablePermissions: ['inRole:roles/storage.objectViewer'],
        availabilityCondition: {
          expression:
            "resource.name.startsWith('projects/_/buckets/acme-orders/objects/2026/january')",
        },
      },
    ],
  },
}

for (const [spelling, options] of [
  ['as it is', JSON.stringify(BOUNDARY)],
  ['percent-encoded once more', encodeURIComponent(JSON.stringify(BOUNDARY))],
  ['beside a project', JSON.stringify({ userProject: 'acme-prod', ...BOUNDARY })],
] as const) {
  test(`an access boundary, ${spelling}, narrows the token, and stands in its records`, async () => {
    const answer = await exchangeAt(bureau, await scene.pipeline(), { options }).expect(200)
    const { access_token: token, expires_in: expiresIn } = answer.body
    assert.ok(expiresIn > 0)
    assert.equal((await get(`${objects}/2026%2Fjanuary.csv`, token)).status, 200)
    assert.equal((await get(`${objects}/2026%2Ffebruary.csv`, token)).status, 403)
    const requestId = String(answer.headers['x-request-id'])
    assert.deepEqual(
      scene.mintedFor(requestId).map(({ kind }) => kind),
      ['federated', 'access_token', 'downscoped'],
    )
    for (const kind of ['intent', 'issued']) {
      const line = await scene.bureau.line(
        (text) => text.includes(requestId) && text.includes(`"dev.tokenbureau.${kind}"`),
      )
      const { unmapped } = (JSON.parse(line) as { event: { data: AuthenticationData } }).event.data
      assert.deepEqual(
        unmapped.access_boundary?.map((rule) => JSON.parse(rule) as unknown),
        BOUNDARY.accessBoundary.accessBoundaryRules,
      )
      assert.equal(unmapped.order?.access_boundary, true)
    }
  })
}

test('a user project in the options changes nothing', async () => {
  const options = JSON.stringify({ userProject: 'acme-prod' })
  const answer = await exchangeAt(bureau, await scene.pipeline(), { options }).expect(200)
  assert.equal((await get(objects, answer.body.access_token)).status, 200)
})

test('no token was logged on the way', () => {
  assertNoToken([...scene.bureau.stdout(), ...scene.bureau.stderr()])
})
