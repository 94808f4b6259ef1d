import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asRefusal } from '../../shared/domain/refusal.ts'
import { createPages, type PageSources } from '../../shared/http/pages.ts'
import { respondRefusal } from '../../shared/http/respond.ts'
import { matchRoute, TOKEN_ROUTES } from '../../shared/http/routes.ts'
import { serveEdge } from '../support/edge.ts'

const sources: PageSources = {
  publicUrl: 'https://bureau.example.com',
  readiness: () => ({ policy: { ok: true, digest: 'sha256:00' }, audit: { ok: true } }),
  jwks: undefined,
}

const keys = [{ kty: 'EC', kid: 'k1' }]
const jwks = () => ({ keys })

async function get(path: string, change: Partial<PageSources> = {}, init: RequestInit = {}) {
  const show = createPages({ ...sources, ...change })
  await using edge = await serveEdge(async (request, response) => {
    try {
      const route = matchRoute(request, TOKEN_ROUTES)
      if (route !== 'token' && route !== 'introspect') show(route, response)
    } catch (error) {
      respondRefusal(response, asRefusal(error), 'id')
    }
  })
  const answer = await fetch(`${edge.origin}${path}`, init)
  const text = await answer.text()
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: answer.status, headers: answer.headers, body }
}

test('the metadata names addresses under PUBLIC_URL, whatever Host says', async () => {
  const init = { headers: { 'x-forwarded-host': 'evil.example', host: 'evil.example' } }
  const { body } = await get('/.well-known/oauth-authorization-server', {}, init)
  assert.deepEqual(body, {
    issuer: 'https://bureau.example.com',
    token_endpoint: 'https://bureau.example.com/v1/token',
    introspection_endpoint: 'https://bureau.example.com/v1/introspect',
    response_types_supported: [],
    grant_types_supported: ['urn:ietf:params:oauth:grant-type:token-exchange'],
    token_endpoint_auth_methods_supported: ['none'],
    introspection_endpoint_auth_methods_supported: ['none'],
    service_documentation: 'https://bureau.example.com/openapi.json',
  })
})

test('keys are published where there are keys, and else there is no such path', async () => {
  const path = '/.well-known/jwks.json'
  assert.equal((await get(path)).status, 404)
  assert.deepEqual((await get(path, { jwks })).body, { keys })
  const { body } = await get('/.well-known/oauth-authorization-server', { jwks })
  assert.equal(body['jwks_uri'], 'https://bureau.example.com/.well-known/jwks.json')
})

test('ready says what is in order, and 503 where something is not', async () => {
  assert.deepEqual((await get('/ready')).body, {
    status: 'ready',
    policy: { ok: true, digest: 'sha256:00' },
    audit: { ok: true },
  })
  const audit = { ok: false, sink: 'pubsub' }
  const readiness = () => ({ policy: { ok: true }, audit })
  const { status, body } = await get('/ready', { readiness })
  assert.deepEqual([status, body['status'], body['audit']], [503, 'not ready', audit])
})

test('health tells of the event loop alone', async () => {
  const { body } = await get('/health', { readiness: () => assert.fail('it asked for more') })
  assert.deepEqual(body, { status: 'ok' })
})

test('HEAD is GET without the body', async () => {
  const { status, headers, body } = await get('/health', {}, { method: 'HEAD' })
  assert.deepEqual([status, headers.get('content-length'), body], [200, '15', {}])
})
