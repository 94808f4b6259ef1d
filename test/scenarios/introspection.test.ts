import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { after, test } from 'node:test'
import request, { type Test } from 'supertest'
import { assertRefusal } from '../support/refused-answer.ts'
import { startScene } from '../support/scene.ts'
import { exchangeAt, FOR_ID_TOKEN } from '../support/token-exchange.ts'

const scene = await startScene()
after(scene.close)
const bureau = scene.bureau.url
const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'
const READ = 'https://www.googleapis.com/auth/devstorage.read_only'

function ask(fields: object | string): Test {
  return request(bureau).post('/v1/introspect').type('form').send(fields)
}

for (const [what, change, scope] of [
  ['an access token', { scope: READ }, { scope: READ }],
  ['an ID token', FOR_ID_TOKEN, {}],
] as const) {
  test(`${what} that the bureau gave is active, and no more is told than whose and until when`, async () => {
    const vended = await exchangeAt(bureau, await scene.pipeline(), change).expect(200)
    const { access_token: token, expires_in: expiresIn } = vended.body
    const { body, headers } = await ask({ token }).expect(200)
    const { exp, ...rest } = body
    assert.deepEqual(rest, { active: true, username: DEPLOYER, ...scope })
    assert.ok(Math.abs(exp - Date.now() / 1000 - expiresIn) < 10, `exp is ${exp}`)
    assert.equal(headers['cache-control'], 'no-store')
  })
}

test("gcloud's way of asking works: a hint, and its own client id as Basic authorization", async () => {
  const vended = await exchangeAt(bureau, await scene.pipeline()).expect(200)
  const { body } = await ask({
    token: vended.body.access_token,
    token_type_hint: 'urn:ietf:params:oauth:token-type:access_token',
  })
    .auth('32555940559.apps.googleusercontent.com', 'public')
    .expect(200)
  assert.equal(body.active, true)
})

test('every other text is just not active', async () => {
  const subjectToken = await scene.pipeline()
  const vended = await exchangeAt(bureau, subjectToken).expect(200)
  const token: string = vended.body.access_token
  for (const other of ['x', subjectToken, token.slice(0, -1), `${token}x`, token.toUpperCase()]) {
    assert.deepEqual((await ask({ token: other }).expect(200)).body, { active: false })
  }
})

test('a token that came to its end is not active', async () => {
  const vended = await exchangeAt(bureau, await scene.pipeline(), { lifetime: 2 }).expect(200)
  const token = vended.body.access_token
  assert.equal((await ask({ token })).body.active, true)
  for (let asked = 0; (await ask({ token })).body.active === true; asked += 1) {
    assert.ok(asked < 100, 'active for ever')
    await wait(50)
  }
  assert.deepEqual((await ask({ token })).body, { active: false })
})

test('possession is the authorization: a token must be in the body, once, by form', async () => {
  assertRefusal(await ask({}), 400, 'invalid_request')
  assertRefusal(await ask('token=a&token=b'), 400, 'invalid_request')
  assertRefusal(await request(bureau).post('/v1/introspect?token=a'), 400, 'invalid_request')
  assertRefusal(
    await request(bureau).post('/v1/introspect').send({ token: 'a' }),
    415,
    'invalid_request',
  )
  assertRefusal(await request(bureau).get('/v1/introspect'), 405, 'invalid_request', {
    allow: 'POST',
  })
})

test('introspection counts against the limit of its caller', async () => {
  const before = await requestsLeft()
  assert.equal(before - (await requestsLeft()), 1)
})

async function requestsLeft(): Promise<number> {
  const { headers } = await ask({ token: 'x' })
  const [, count] = /"address"; r=(\d+)/.exec(String(headers['ratelimit'])) ?? []
  return Number(count)
}
