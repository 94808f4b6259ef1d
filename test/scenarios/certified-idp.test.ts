import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { assertNoToken } from '../support/canary.ts'
import { CLIENTS, RESOURCE, startCertifiedProvider } from '../support/certified-provider.ts'
import { get } from '../support/federation.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { startScene } from '../support/scene.ts'
import { exchangeAt, FOR_ID_TOKEN, ID_TOKEN } from '../support/token-exchange.ts'

/*
 * A certified OpenID provider of somebody else's making instead of ours. Its ID tokens are what the
 * bureau takes; its access tokens say `typ: at+jwt`, made for another purpose, and are refused.
 */
const certified = await startCertifiedProvider()
const scene = await startScene({
  policy: `version: 1
providers:
  - id: acme-sso
    issuer: ${certified.issuer}
    audiences: [${CLIENTS.RS256}, ${CLIENTS.ES256}, '${RESOURCE}']
    workloadIdentityProvider: projects/123456/locations/global/workloadIdentityPools/sso/providers/sso
    attributeMapping:
      google.subject: assertion.sub
      google.groups: assertion.groups
      attribute.client: assertion.aud
    attributeCondition: assertion.tenant == '1001'
grants:
  - id: readers
    members: ['acme-sso:group/readers']
    condition: attribute.client in ['${CLIENTS.RS256}', '${CLIENTS.ES256}']
    serviceAccount: reader@acme-prod.iam.gserviceaccount.com
    accessToken: { scopes: [https://www.googleapis.com/auth/devstorage.read_only] }
    idToken: { audiences: [https://app-abc.run.app], includeEmail: true }
`,
})
after(async () => {
  await scene.close()
  await certified.close()
})
const { google } = scene
const bureau = scene.bureau.url
const tokens: string[] = []

for (const algorithm of ['RS256', 'ES256'] as const) {
  test(`a sign-in's ID token by ${algorithm} becomes an access token and an ID token`, async () => {
    const subjectToken = await certified.idToken(algorithm)
    tokens.push(subjectToken)
    assert.equal(decodeProtectedHeader(subjectToken).alg, algorithm)
    assert.equal(decodeJwt(subjectToken).aud, CLIENTS[algorithm])

    const change = { subject_token_type: ID_TOKEN }
    const access = await exchangeAt(bureau, subjectToken, change).expect(200)
    const objects = `${google.url}/storage/v1/b/acme-orders/o`
    assert.equal((await get(objects, access.body.access_token)).status, 200)

    const id = await exchangeAt(bureau, subjectToken, { ...change, ...FOR_ID_TOKEN }).expect(200)
    const called = await get(`${google.url}/run/app-abc`, id.body.access_token)
    assert.deepEqual(
      [called.status, called.body['caller']],
      [200, 'reader@acme-prod.iam.gserviceaccount.com'],
    )
  })
}

test('who signed in is who Google sees', async () => {
  const answer = await exchangeAt(bureau, await certified.idToken('RS256')).expect(200)
  const [federated] = scene.mintedFor(String(answer.headers['x-request-id']))
  assert.equal(
    federated?.principalSubject,
    'principal://iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/sso/subject/alice',
  )
})

test('an access token of the provider is no ID token', async () => {
  const token = await certified.accessToken()
  tokens.push(token)
  assert.equal(decodeProtectedHeader(token).typ, 'at+jwt')
  assert.equal(decodeJwt(token).aud, RESOURCE)
  const answer = await exchangeAt(bureau, token).expect(400)
  assert.equal(answer.body.error, 'invalid_grant')
  assert.equal((await outcomeOf(scene.bureau, answer.body.request_id)).reason, 'header')
})

test('no token was logged on the way', () => {
  assertNoToken([...scene.bureau.stdout(), ...scene.bureau.stderr()], tokens)
})
