import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import request from 'supertest'
import { startBureau } from '../../deploy/local/bureau-process.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { assertNoToken } from '../support/canary.ts'
import { OPERATOR, operatorToken } from '../support/operator-token.ts'
import { startScene } from '../support/scene.ts'
import { exchangeAt } from '../support/token-exchange.ts'

const scene = await startScene()
const store = join(dirname(scene.policyFile), 'records.sqlite')
const port = await freePort(0)
const url = `http://127.0.0.1:${port}`
// All sinks: what was answered stands in the store.
const audit = { AUDIT_SINKS: `stdout,sqlite:${store}`, AUDIT_REQUIRED: 'all' }
const bureau = await startBureau({ env: { ...scene.env, ...audit } })
const explaining = await startBureau({
  target: 'explain',
  port,
  env: {
    ...scene.env,
    PUBLIC_URL: url,
    AUDIT_STORE: `sqlite:${store}`,
    OPERATORS: OPERATOR,
    GOOGLE_CERTS_URL: `${scene.google.url}/oauth2/v3/certs`,
  },
})
after(async () => {
  await explaining.stop()
  await bureau.stop()
  await scene.close()
})

const token = await operatorToken(scene.google, url)

function explain(body: unknown, bearer: string | undefined = token, to = url) {
  const post = request(to).post('/v1/explain').set('content-type', 'application/json')
  if (bearer !== undefined) post.set('authorization', `Bearer ${bearer}`)
  return post.send(JSON.stringify(body))
}

/** The line that the function's log has of an answer. */
async function lineOf(requestId: string): Promise<Readonly<Record<string, unknown>>> {
  const line = await explaining.line(
    (text) => text.includes(requestId) && text.includes('"operator"'),
  )
  return JSON.parse(line)
}

test('a token is verified and explained, and the answer leaves a line without it', async () => {
  const subjectToken = await scene.pipeline({ claims: { ref: 'refs/heads/topic' } })
  const { status, body, headers } = await explain({ token: subjectToken })
  assert.equal(status, 200, JSON.stringify(body))
  assert.ok('granted' in body.decision || 'refused' in body.decision)
  assert.deepEqual(
    body.checks.map(({ outcome }: { outcome: string }) => outcome),
    Array.from({ length: 11 }, () => 'passed'),
  )
  assert.equal(body.provider, 'github')
  assert.equal(body.policy, (await explain({ token: subjectToken })).body.policy)
  const line = await lineOf(String(headers['x-request-id']))
  assert.deepEqual(
    [line['reason'], line['operator'], line['explained'], line['status']],
    ['answered', OPERATOR, 'token', 200],
  )
  assertNoToken(explaining.stdout(), [subjectToken, token])
})

test('the answer is the one that the token endpoint gives', async () => {
  for (const order of [{}, { claims: { repository_owner_id: '6666' } }]) {
    const subjectToken = await scene.pipeline(order)
    const vended = await exchangeAt(bureau.url, subjectToken)
    const { body } = await explain({ token: subjectToken })
    assert.equal(vended.status === 200, 'granted' in body.decision)
    if (vended.status !== 200) assert.equal(body.decision.refused.error, vended.body.error)
  }
})

test('a forged token is explained as one, and the rest as if it were genuine', async () => {
  const [header, payload] = (await scene.pipeline()).split('.')
  const [, , signature] = (await scene.pipeline()).split('.')
  const { body } = await explain({ token: `${header}.${payload}.${signature}` })
  assert.equal(body.decision.refused.reason, 'signature')
  assert.ok(body.grants.length > 0)
})

test('claims are explained without a token', async () => {
  const claims = { sub: 'repo:x', repository_owner_id: '6666' }
  const { status, body } = await explain({ claims, provider: 'github' })
  assert.equal(status, 200)
  assert.equal(body.decision.refused.reason, 'condition')
  assert.equal(body.condition.parts.children[0].value, '6666')
})

test('a recorded refusal is explained by its id, and by that of its event', async () => {
  const refused = await exchangeAt(
    bureau.url,
    await scene.pipeline({ claims: { repository_owner_id: '6666' } }),
  )
  assert.equal(refused.status, 400)
  const { status, body } = await explain({ record: refused.body.request_id })
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.recorded.requestId, refused.body.request_id)
  assert.equal(body.recorded.reason, 'condition')
  assert.equal(body.decision.refused.reason, 'condition')
  assert.deepEqual(body.notes, [])
  assert.equal(body.condition.parts.children[0].value, '6666')
})

test('an issued request is explained by its id as well', async () => {
  const issued = await exchangeAt(bureau.url, await scene.pipeline())
  assert.equal(issued.status, 200)
  const { body } = await explain({ record: issued.headers['x-request-id'] })
  assert.equal(body.recorded.decision, 'issued')
  assert.equal(body.decision.granted.grant, body.recorded.grant)
})

const bad: readonly (readonly [string, unknown, number, string])[] = [
  ['nothing', {}, 400, 'the body must be'],
  [
    'two things',
    { token: 'a', record: '0198c0de-0000-7000-8000-000000000001' },
    400,
    'the body must be',
  ],
  ['an unknown key', { claims: {}, providr: 'github' }, 400, 'the body must be'],
  ['an unknown provider', { claims: {}, provider: 'nobody' }, 400, 'no such provider'],
  ['an unknown record', { record: '0198c0de-0000-7000-8000-000000000001' }, 404, 'no record'],
]
for (const [name, body, status, detail] of bad) {
  test(`an operator who asks for ${name} is told what is wrong`, async () => {
    const answer = await explain(body)
    assert.equal(answer.status, status)
    assert.equal(answer.body.error, 'invalid_request')
    assert.ok(answer.body.detail.includes(detail), answer.body.detail)
  })
}

const strangers: readonly (readonly [string, () => Promise<string | undefined>, number, string])[] =
  [
    ['without a token', async () => undefined, 401, 'unauthenticated'],
    ['with a token that Google did not sign', () => scene.pipeline(), 401, 'unauthenticated'],
    [
      'with a token for another address',
      () => operatorToken(scene.google, 'https://elsewhere.example'),
      401,
      'unauthenticated',
    ],
    [
      'with an expired token',
      () => operatorToken(scene.google, url, { iat: 1_700_000_000, exp: 1_700_000_300 }),
      401,
      'unauthenticated',
    ],
    [
      'with the e-mail of somebody else',
      () => operatorToken(scene.google, url, { email: 'eve@acme.example' }),
      403,
      'not_operator',
    ],
    [
      'with an e-mail that is not verified',
      () => operatorToken(scene.google, url, { email_verified: false }),
      403,
      'not_operator',
    ],
  ]
for (const [name, bearer, status, reason] of strangers) {
  test(`whoever comes ${name} learns nothing, and leaves a line`, async () => {
    const given = await bearer()
    const post = request(url).post('/v1/explain').set('content-type', 'application/json')
    if (given !== undefined) post.set('authorization', `Bearer ${given}`)
    const answer = await post.send(JSON.stringify({ claims: {}, provider: 'github' }))
    assert.equal(answer.status, status)
    assert.deepEqual(Object.keys(answer.body).sort(), ['error', 'error_description', 'request_id'])
    const line = await explaining.line((text) => text.includes(answer.body.request_id))
    assert.equal(JSON.parse(line)['reason'], reason)
  })
}

test('paths and methods are the edge’s', async () => {
  assert.equal((await request(url).get('/v1/explain')).status, 405)
  assert.equal((await request(url).get('/')).status, 404)
  assert.equal((await request(url).get('/health')).status, 200)
  const { body } = await request(url).get('/ready')
  assert.equal(body.status, 'ready')
})
