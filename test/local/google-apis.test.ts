import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  exchangeToken,
  federatedToken,
  get,
  impersonate,
  workloadToken,
} from '../support/federation.ts'
import { AUDIENCE, DEPLOYER, RUNTIME, startGoogleWorld, TARGET } from '../support/google-world.ts'

const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const RUN = 'https://app-abc.run.app'

describe("the double's protected APIs", () => {
  let world: Awaited<ReturnType<typeof startGoogleWorld>>
  before(async () => {
    world = await startGoogleWorld()
  })
  after(() => world.close())

  const list = (token?: string, query = '', bucket = 'orders') =>
    get(`${world.google.url}/storage/v1/b/${bucket}/o${query}`, token)
  const accessToken = async (scope: string): Promise<string> => {
    const bearer = await federatedToken(world.google.url, await world.idp.sign(workloadToken()))
    const { body } = await impersonate(world.google.url, bearer, DEPLOYER, 'generateAccessToken', {
      scope: [scope],
      lifetime: '600s',
    })
    return String(body['accessToken'])
  }
  const idToken = async (audience: string, account = DEPLOYER): Promise<string> => {
    const bearer = await federatedToken(world.google.url, await world.idp.sign(workloadToken()))
    const { body } = await impersonate(world.google.url, bearer, account, 'generateIdToken', {
      audience,
      includeEmail: true,
    })
    return String(body['token'])
  }
  const narrowed = (token: string, rules: readonly object[]) =>
    exchangeToken(world.google.url, token, {
      audience: '',
      scope: '',
      subject_token_type: ACCESS_TOKEN,
      options: JSON.stringify({ accessBoundary: { accessBoundaryRules: rules } }),
    })

  test('storage lists objects for a token with scope', async () => {
    const answer = await list(await accessToken(READ_ONLY))
    assert.equal(answer.status, 200)
    assert.match(answer.text, /"name":"a\/1\.csv"/)
  })

  test('storage refuses a token with another scope', async () => {
    const answer = await list(await accessToken('https://www.googleapis.com/auth/pubsub'))
    assert.equal(answer.status, 403)
    assert.match(answer.text, /Provided scope\(s\) are not authorized/)
  })

  test('storage refuses no token, an unknown token, and a federated one', async () => {
    const federated = await federatedToken(world.google.url, await world.idp.sign(workloadToken()))
    assert.equal((await list()).status, 401)
    assert.equal((await list('ya29.c.nonsense')).status, 401)
    assert.equal((await list(federated)).status, 403)
    assert.equal((await list(await accessToken(READ_ONLY), '', 'none')).status, 404)
  })

  test('a narrowed token reads what its boundary leaves open, and cannot be narrowed again', async () => {
    const broad = await accessToken(READ_ONLY)
    const answer = await narrowed(broad, [
      rule({
        availabilityCondition: {
          expression:
            "resource.name.startsWith('projects/_/buckets/orders/objects/a/') || api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('a/')",
        },
      }),
    ])
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    assert.ok(!('expires_in' in answer.body))
    const token = String(answer.body['access_token'])
    const object = (name: string) =>
      get(`${world.google.url}/storage/v1/b/orders/o/${encodeURIComponent(name)}`, token)
    assert.equal((await object('a/1.csv')).status, 200)
    assert.equal((await object('b/2.csv')).status, 403)
    assert.equal((await list(token, '?prefix=a/')).status, 200)
    assert.equal((await list(token)).status, 403)
    assert.equal((await narrowed(token, [rule()])).status, 400)
  })

  for (const [claim, rules] of [
    ['no rules', []],
    ['eleven rules', Array.from({ length: 11 }, () => rule())],
    ['a resource that is no bucket', [rule({ availableResource: '//pubsub.googleapis.com/x' })]],
    ['permissions without inRole:', [rule({ availablePermissions: ['storage.objects.get'] })]],
    [
      'a condition of 2,049 characters',
      [rule({ availabilityCondition: { expression: 'x'.repeat(2049) } })],
    ],
  ] as const) {
    test(`an access boundary with ${claim} is refused`, async () => {
      const { status, body } = await narrowed(await accessToken(READ_ONLY), rules)
      assert.equal(status, 400)
      assert.equal(body['error'], 'invalid_request')
    })
  }

  test('the service on Cloud Run accepts an ID token for its audience', async () => {
    const answer = await get(`${world.google.url}/run/app`, await idToken(RUN))
    assert.equal(answer.status, 200)
    assert.equal(answer.body['caller'], DEPLOYER)
  })

  test('the service on Cloud Run refuses everything else', async () => {
    const url = `${world.google.url}/run/app`
    assert.equal((await get(url)).status, 403)
    assert.equal((await get(url, await idToken('https://other.run.app'))).status, 401)
    assert.equal((await get(url, await accessToken(READ_ONLY))).status, 401)
    assert.equal((await get(url, await idToken(RUN, TARGET))).status, 403)
    assert.equal((await get(url, await world.idp.sign({ audience: RUN }))).status, 401)
    const expired = {
      iss: 'https://accounts.google.com',
      aud: RUN,
      sub: '111111111111111111111',
      exp: Math.floor(Date.now() / 1000) - 1,
    }
    assert.equal((await get(url, await world.google.sign(expired))).status, 401)
  })

  test('token information describes live tokens only', async () => {
    const token = await accessToken(READ_ONLY)
    const url = `${world.google.url}/tokeninfo`
    const answer = await get(`${url}?access_token=${token}`)
    assert.equal(answer.body['email'], DEPLOYER)
    assert.equal(answer.body['scope'], READ_ONLY)
    assert.equal((await get(`${url}?id_token=${await idToken(AUDIENCE)}`)).status, 200)
    assert.equal((await get(`${url}?access_token=nonsense`)).status, 400)
  })

  test('the metadata server speaks for the runtime account', async () => {
    const base = `${world.google.url}/computeMetadata/v1`
    const account = `${base}/instance/service-accounts/default`
    const flavor = { 'metadata-flavor': 'Google' }
    const ask = (url: string) => get(url, undefined, flavor)
    assert.equal((await get(`${account}/email`)).status, 403)
    assert.equal(
      (await get(`${account}/email`, undefined, { ...flavor, 'x-forwarded-for': '1.2.3.4' }))
        .status,
      403,
    )
    const email = await ask(`${account}/email`)
    assert.equal(email.text, RUNTIME)
    assert.equal(email.headers.get('metadata-flavor'), 'Google')
    assert.equal((await ask(`${base}/project/project-id`)).text, 'acme-prod')
    assert.deepEqual(Object.keys((await ask(`${account}/token`)).body).sort(), [
      'access_token',
      'expires_in',
      'token_type',
    ])
    assert.equal((await ask(`${account}/identity`)).status, 400)
    const identity = await ask(`${account}/identity?audience=${RUN}&format=full`)
    assert.equal((await get(`${world.google.url}/run/app`, identity.text)).status, 200)
    assert.equal((await ask(`${base}/instance/service-accounts/other/token`)).status, 404)
  })

  test('an operator signs in with an ID token that the ledger does not hold', async () => {
    const already = world.google.ledger().length
    const response = await fetch(`${world.google.url}/_double/id-tokens`, {
      method: 'POST',
      body: JSON.stringify({ email: 'ada@acme.example', audience: AUDIENCE }),
    })
    const { token } = JSON.parse(await response.text())
    const { body } = await get(`${world.google.url}/tokeninfo?id_token=${token}`)
    assert.equal(body['email'], 'ada@acme.example')
    assert.deepEqual(world.google.ledger(already), [])
  })

  test('the configuration can be replaced, and a wrong one changes nothing', async () => {
    const url = `${world.google.url}/_double/config`
    const config = await (await fetch(url)).text()
    const put = (body: string) => fetch(url, { method: 'PUT', body })
    assert.equal((await put('{"accounts": 7}')).status, 400)
    assert.equal(await (await fetch(url)).text(), config)
    assert.equal((await put(JSON.stringify({ ...JSON.parse(config), buckets: [] }))).status, 204)
    assert.equal((await list(await accessToken(READ_ONLY))).status, 404)
    assert.equal((await put(config)).status, 204)
  })
})

/** A rule that leaves the bucket open, with changes. */
function rule(change: object = {}): object {
  return {
    availableResource: '//storage.googleapis.com/projects/_/buckets/orders',
    availablePermissions: ['inRole:roles/storage.objectViewer'],
    ...change,
  }
}
