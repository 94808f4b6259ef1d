import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { get } from '../../support/federation.ts'
import { startScene } from '../../support/scene.ts'
import {
  ACCESS_TOKEN,
  FOR_ID_TOKEN,
  ID_TOKEN,
  JWT,
  TOKEN_EXCHANGE,
} from '../../support/token-exchange.ts'

/** A strict OAuth client that knows nothing of Google: metadata, token exchange, introspection. */
const scene = await startScene()
after(scene.close)
const { google } = scene
const issuer = new URL(scene.bureau.url)
const client: oauth.Client = { client_id: 'workload' }
const loopback = { [oauth.allowInsecureRequests]: true }

const server = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback }),
)

async function exchange(
  subjectToken: string,
  change: Readonly<Record<string, string>> = {},
): Promise<oauth.TokenEndpointResponse> {
  const parameters = { subject_token: subjectToken, subject_token_type: JWT, ...change }
  const response = await oauth.genericTokenEndpointRequest(
    server,
    client,
    oauth.None(),
    TOKEN_EXCHANGE,
    parameters,
    loopback,
  )
  return oauth.processGenericTokenEndpointResponse(server, client, response, {
    recognizedTokenTypes: { n_a: () => {} },
  })
}

test('the metadata leads to the token endpoint', () => {
  assert.equal(server.issuer, issuer.origin)
  assert.deepEqual(server.grant_types_supported, [TOKEN_EXCHANGE])
})

test('a token exchange gives an access token that works', async () => {
  const answer = await exchange(await scene.pipeline())
  assert.equal(answer['issued_token_type'], ACCESS_TOKEN)
  assert.equal(answer.token_type, 'bearer')
  const objects = `${google.url}/storage/v1/b/acme-orders/o`
  assert.equal((await get(objects, answer.access_token)).status, 200)
})

test('a token exchange gives an ID token that works', async () => {
  const answer = await exchange(await scene.pipeline(), FOR_ID_TOKEN)
  assert.equal(answer['issued_token_type'], ID_TOKEN)
  assert.equal(answer.token_type, 'n_a')
  assert.equal((await get(`${google.url}/run/app-abc`, answer.access_token)).status, 200)
})

test('introspection tells whose token it is', async () => {
  const { access_token: token } = await exchange(await scene.pipeline())
  const { active, username } = await introspect(token)
  assert.deepEqual(
    { active, username },
    { active: true, username: 'deployer@acme-prod.iam.gserviceaccount.com' },
  )
  assert.deepEqual(await introspect('a token of somebody else'), { active: false })
})

test('a refusal is an OAuth error', async () => {
  const foreign = await scene.pipeline({ claims: { repository_owner_id: '6666' } })
  await assert.rejects(exchange(foreign), (thrown: unknown) => {
    assert.ok(thrown instanceof oauth.ResponseBodyError)
    assert.deepEqual([thrown.status, thrown.error], [400, 'unauthorized_client'])
    return true
  })
})

async function introspect(token: string): Promise<oauth.IntrospectionResponse> {
  const response = await oauth.introspectionRequest(server, client, oauth.None(), token, loopback)
  return oauth.processIntrospectionResponse(server, client, response)
}
