import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import request from 'supertest'
import { get } from '../support/federation.ts'
import { startScene } from '../support/scene.ts'
import {
  ACCESS_TOKEN,
  exchangeAt,
  exchangeOf,
  FOR_ID_TOKEN,
  ID_TOKEN,
  JWT,
  TOKEN_EXCHANGE,
  type Fields,
} from '../support/token-exchange.ts'

const AUTH = 'https://www.googleapis.com/auth/'
const READ = `${AUTH}devstorage.read_only`
const BIGQUERY = `${AUTH}bigquery`
const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'
const PROVIDER =
  '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/github'

const scene = await startScene()
after(scene.close)
const bureau = scene.bureau.url
const objects = `${scene.google.url}/storage/v1/b/acme-orders/o`

const CAMEL = {
  grantType: TOKEN_EXCHANGE,
  subjectTokenType: JWT,
  requestedTokenType: ACCESS_TOKEN,
} as const

for (const [spelling, send] of [
  ['a form in snake_case', (token) => exchangeAt(bureau, token)],
  ['JSON in snake_case', (token) => json(exchangeOf(token))],
  ['JSON in camelCase', (token) => json({ ...CAMEL, subjectToken: token })],
  [
    'a form in camelCase',
    (token) =>
      request(bureau)
        .post('/v1/token')
        .type('form')
        .send({ ...CAMEL, subjectToken: token }),
  ],
  [
    'subject_token_type id_token',
    (token) => exchangeAt(bureau, token, { subject_token_type: ID_TOKEN }),
  ],
  ['a token file with a newline at its end', (token) => exchangeAt(bureau, `${token}\n`)],
  [
    "gcloud's client id as Basic authorization",
    (token) => exchangeAt(bureau, token).auth('32555940559.apps.googleusercontent.com', 'public'),
  ],
  ['parameters without a value', (token) => exchangeAt(bureau, token, { scope: '', audience: '' })],
  ['a parameter that nobody knows', (token) => exchangeAt(bureau, token, { colour: 'blue' })],
] satisfies readonly (readonly [string, (token: string) => request.Test])[]) {
  test(`a request may be written as ${spelling}`, async () => {
    const answer = await send(await scene.pipeline()).expect(200)
    assert.equal((await get(objects, answer.body.access_token)).status, 200)
  })
}

const TARGETS: readonly (readonly [what: string, audience: string | undefined])[] = [
  ['its e-mail', DEPLOYER],
  ['its full resource name', `//iam.googleapis.com/projects/-/serviceAccounts/${DEPLOYER}`],
  ["a grant's id", 'deploy'],
  ["the provider's resource name", PROVIDER],
  ['nothing at all', undefined],
]

for (const [what, audience] of TARGETS) {
  test(`the service account may be chosen by ${what}, for both kinds of token`, async () => {
    for (const change of [{}, FOR_ID_TOKEN]) {
      const answer = await exchangeAt(bureau, await scene.pipeline(), { ...change, audience })
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
      const minted = scene.mintedFor(String(answer.headers['x-request-id']))
      assert.equal(minted.at(-1)?.account, DEPLOYER)
    }
  })
}

test('of two accounts the request must name one, by e-mail or by grant', async () => {
  for (const [audience, account] of [
    ['stage', 'stage@acme-prod.iam.gserviceaccount.com'],
    ['prod@acme-prod.iam.gserviceaccount.com', 'prod@acme-prod.iam.gserviceaccount.com'],
  ]) {
    const answer = await exchangeAt(bureau, await scene.pipelineOf('3003'), { audience })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    const minted = scene.mintedFor(String(answer.headers['x-request-id']))
    assert.equal(minted.at(-1)?.account, account)
  }
  for (const audience of [undefined, PROVIDER]) {
    await exchangeAt(bureau, await scene.pipelineOf('3003'), { audience }).expect(400)
  }
})

test('a provider without audiences takes its own resource name, with or without https:', async () => {
  const name = PROVIDER.replace(/github$/, 'named')
  const claims = { tenant: '1001', groups: ['readers'] }
  for (const audience of [name, `https:${name}`, ['https://elsewhere.example', name]]) {
    const token = await scene.idp.sign({ realm: 'named', audience, claims })
    const answer = await exchangeAt(bureau, token).expect(200)
    assert.equal((await get(objects, answer.body.access_token)).status, 200)
  }
})

const SCOPES: readonly (readonly [what: string, repository: string, asked: string, got: string])[] =
  [
    ['one of two is one', '2002', BIGQUERY, BIGQUERY],
    [
      "order is the request's, and twice is once",
      '2002',
      `${BIGQUERY}  ${READ} ${BIGQUERY}`,
      `${BIGQUERY} ${READ}`,
    ],
    ["spaces are nothing: the grant's", '2002', '  ', `${READ} ${BIGQUERY}`],
    [
      'excess is dropped where the grant says so, and the answer says what is left',
      '4004',
      `openid ${AUTH}userinfo.email ${AUTH}cloud-platform ${READ}`,
      READ,
    ],
  ]

for (const [what, repository, asked, got] of SCOPES) {
  test(`scope: ${what}`, async () => {
    const token = await scene.pipelineOf(repository)
    const answer = await exchangeAt(bureau, token, { scope: asked }).expect(200)
    assert.equal(answer.body.scope, got)
    const minted = scene.mintedFor(String(answer.headers['x-request-id']))
    assert.equal(minted.at(-1)?.scopes?.join(' '), got)
  })
}

const LIFETIMES: readonly (readonly [
  what: string,
  repository: string,
  change: Fields,
  seconds: number,
])[] = [
  ['seconds', '2002', { lifetime: '600' }, 600],
  ['seconds with their unit', '2002', { lifetime: '600s' }, 600],
  ["left out: the grant's, where that is below an hour", '2002', {}, 900],
  ['left out: an hour, where the grant allows more', '6006', {}, 3600],
  ['named: what the grant allows beyond an hour', '6006', { lifetime: 7200 }, 7200],
]

for (const [what, repository, change, seconds] of LIFETIMES) {
  test(`lifetime: ${what}`, async () => {
    const answer = await exchangeAt(bureau, await scene.pipelineOf(repository), change).expect(200)
    const { expires_in: expiresIn } = answer.body
    assert.ok(expiresIn > seconds - 10 && expiresIn <= seconds, `expires_in is ${expiresIn}`)
    const minted = scene.mintedFor(String(answer.headers['x-request-id']))
    assert.equal(minted.at(-1)?.lifetime, seconds)
  })
}

test('in JSON a lifetime may be a number', async () => {
  const answer = await json({ ...exchangeOf(await scene.pipeline()), lifetime: 60 }).expect(200)
  assert.ok(answer.body.expires_in <= 60)
})

function json(body: Readonly<Record<string, string | number>>): request.Test {
  return request(bureau).post('/v1/token').send(body)
}
