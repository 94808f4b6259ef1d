import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import request from 'supertest'
import { TOKEN_ROUTES } from '../../shared/http/routes.ts'
import { assertDescribed, openApiReader } from '../support/openapi.ts'
import { startScene } from '../support/scene.ts'
import {
  ACCESS_TOKEN,
  exchangeAt,
  exchangeOf,
  FOR_ID_TOKEN,
  JWT,
  TOKEN_EXCHANGE,
} from '../support/token-exchange.ts'

const folder = await mkdtemp(join(tmpdir(), 'documents-'))
const store = join(folder, 'audit.sqlite')
const scene = await startScene({ env: { AUDIT_SINKS: `sqlite:${store}` } })
after(async () => {
  await scene.close()
  await rm(folder, { recursive: true })
})
const bureau = scene.bureau.url
const openApi = openApiReader((await request(bureau).get('/openapi.json').expect(200)).body)

test('the metadata names every address by the public URL, never by the Host header', async () => {
  const page = request(bureau).get('/.well-known/oauth-authorization-server')
  const { body } = await page.set('Host', 'evil.example').expect(200)
  assert.deepEqual(body, {
    issuer: bureau,
    token_endpoint: `${bureau}/v1/token`,
    introspection_endpoint: `${bureau}/v1/introspect`,
    jwks_uri: `${bureau}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [TOKEN_EXCHANGE],
    token_endpoint_auth_methods_supported: ['none'],
    introspection_endpoint_auth_methods_supported: ['none'],
    service_documentation: `${bureau}/openapi.json`,
  })
})

test('pages answer to HEAD as to GET, without the body, and say the same whoever asks', async () => {
  for (const { path } of TOKEN_ROUTES.filter(({ method }) => method === 'GET')) {
    const got = await request(bureau).get(path).expect(200)
    const head = await request(bureau).head(path).expect(200)
    assert.equal(head.text, undefined)
    assert.equal(head.headers['content-length'], got.headers['content-length'], path)
    assert.equal(got.type, 'application/json')
    assert.equal(got.headers['x-content-type-options'], 'nosniff')
  }
})

test('health says that the process answers', async () => {
  const { body } = await request(bureau).get('/health').expect(200)
  assert.deepEqual(body, { status: 'ok' })
})

test('ready says no while the audit accepts nothing, and yes as soon as it does', async () => {
  const ready = async () => {
    const { status, body } = await request(bureau).get('/ready')
    return { status, says: body.status, policy: body.policy.ok, audit: body.audit.ok }
  }
  const yes = { status: 200, says: 'ready', policy: true, audit: true }
  await exchangeAt(bureau, await scene.pipeline()).expect(200)
  assert.deepEqual(await ready(), yes)

  const other = new DatabaseSync(store)
  other.exec('BEGIN IMMEDIATE')
  await exchangeAt(bureau, await scene.pipeline()).expect(503)
  assert.deepEqual(await ready(), { ...yes, status: 503, says: 'not ready', audit: false })
  other.exec('ROLLBACK')
  other.close()

  await exchangeAt(bureau, await scene.pipeline()).expect(200)
  assert.deepEqual(await ready(), yes)
})

test('the OpenAPI document is valid by the schema of OpenAPI 3.1, for this address', async () => {
  const { document } = openApi
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  assert.ok(valid, JSON.stringify(errors))
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(document.servers, [{ url: bureau }])
})

test('it describes every path by the method that the path answers to, and no other', () => {
  assert.deepEqual(
    openApi.operations.map(({ method, path }) => `${method} ${path}`).toSorted(),
    TOKEN_ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted(),
  )
})

test('its operations are named once, and each answer is described', () => {
  const names = openApi.operations.map(({ operation }) => operation.operationId)
  assert.equal(new Set(names).size, names.length)
  for (const { path, operation } of openApi.operations) {
    assert.ok('200' in operation.responses, path)
    for (const [status, { description }] of Object.entries(operation.responses)) {
      assert.match(status, /^[2-5]\d\d$/)
      assert.notEqual(description, '', `${path} ${status}`)
    }
  }
})

test('it says which pages may answer with something else', () => {
  const others = openApi.operations.flatMap(({ method, path, operation }) =>
    method === 'GET'
      ? Object.keys(operation.responses).flatMap((status) =>
          status === '200' ? [] : [`${path} ${status}`],
        )
      : [],
  )
  assert.deepEqual(others, ['/.well-known/jwks.json 404', '/ready 503'])
})

test('every reference in it leads somewhere', () => {
  assert.ok(openApi.references.length > 0)
  assert.deepEqual(
    openApi.references.filter((reference) => openApi.at(reference) === undefined),
    [],
  )
})

const FORM = 'application/x-www-form-urlencoded'
const takes = (type: string) => openApi.request('/v1/token', type)

test('what the bureau takes and answers is what the document says', async () => {
  const token = await scene.pipeline()
  for (const change of [{}, FOR_ID_TOKEN, { lifetime: '60s', scope: '' }]) {
    takes(FORM).parse(exchangeOf(token, change))
    const answer = await exchangeAt(bureau, token, change).expect(200)
    openApi.answer('POST', '/v1/token', 200).body.parse(answer.body)
    const asked = { token: answer.body.access_token }
    openApi.request('/v1/introspect', FORM).parse(asked)
    const known = await request(bureau).post('/v1/introspect').type('form').send(asked).expect(200)
    assert.equal(known.body.active, true)
    openApi.answer('POST', '/v1/introspect', 200).body.parse(known.body)
  }
})

for (const [how, body] of [
  ['snake_case', (token: string) => ({ ...exchangeOf(token), lifetime: 60 })],
  [
    'camelCase',
    (token: string) => ({
      grantType: TOKEN_EXCHANGE,
      subjectToken: token,
      subjectTokenType: JWT,
      requestedTokenType: ACCESS_TOKEN,
      lifetime: 60,
    }),
  ],
] as const) {
  test(`JSON in ${how} is taken, as the document says`, async () => {
    const asked = body(await scene.pipeline())
    takes('application/json').parse(asked)
    const answer = await request(bureau).post('/v1/token').send(asked)
    assert.equal(answer.status, 200)
    assert.ok(answer.body.expires_in <= 60)
  })
}

test('each page answers with what the document says', async () => {
  for (const { path } of TOKEN_ROUTES.filter(({ method }) => method === 'GET')) {
    const { body, status } = await request(bureau).get(path)
    openApi.answer('GET', path, status).body.parse(body)
  }
})

for (const [what, change] of [
  ['another grant type', { grant_type: 'client_credentials' }],
  ['no subject token', { subject_token: undefined }],
  ['another subject token type', { subject_token_type: 'urn:x' }],
  ['a lifetime of no form', { lifetime: '1h' }],
  ['a resource that is no absolute URI', { ...FOR_ID_TOKEN, resource: '/path' }],
] as const) {
  test(`what the document rules out the bureau refuses, as the document says: ${what}`, async () => {
    const token = await scene.pipeline()
    assert.equal(takes(FORM).safeParse(exchangeOf(token, change)).success, false)
    const { status, body } = await exchangeAt(bureau, token, change)
    assertDescribed(openApi, 'POST', '/v1/token', { status, body })
  })
}

for (const [what, ask] of [
  ['no token', () => request(bureau).post('/v1/introspect').type('form').send({})],
  ['JSON', () => request(bureau).post('/v1/introspect').send({ token: 'x' })],
  ['another method', () => request(bureau).put('/v1/introspect')],
] as const) {
  test(`a question about a token that is refused, as the document says: ${what}`, async () => {
    assertDescribed(openApi, 'POST', '/v1/introspect', await ask())
  })
}
