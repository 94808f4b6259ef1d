import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loggablePath, matchRoute, TOKEN_ROUTES } from '../../shared/http/routes.ts'
import { refusalOf } from '../support/refusals.ts'

const found: readonly (readonly [method: string, url: string, name: string])[] = [
  ['POST', '/v1/token', 'token'],
  ['POST', '/v1/token?x=1', 'token'],
  ['POST', 'http://bureau.example.com/v1/token', 'token'],
  ['POST', '/v1/introspect', 'introspect'],
  ['GET', '/.well-known/oauth-authorization-server', 'metadata'],
  ['GET', '/.well-known/jwks.json', 'jwks'],
  ['GET', '/openapi.json', 'openapi'],
  ['GET', '/health?deep=1', 'health'],
  ['HEAD', '/ready', 'ready'],
]

for (const [method, url, name] of found) {
  test(`${method} ${url} is ${name}`, () => {
    assert.equal(matchRoute({ method, url }, TOKEN_ROUTES), name)
  })
}

const refused: readonly (readonly [method: string, url: string, reason: string, status: number])[] =
  [
    ['POST', '/', 'request', 404],
    ['POST', '/v1/token/', 'request', 404],
    ['POST', '//v1/token', 'request', 404],
    ['POST', '/V1/token', 'request', 404],
    ['POST', '/v1/%74oken', 'request', 404],
    ['POST', '/v1/./token', 'request', 404],
    ['POST', '/favicon.ico', 'request', 404],
    ['OPTIONS', '*', 'request', 404],
    ['POST', '/%ff', 'request', 400],
    ['POST', '/v1/token/%zz', 'request', 400],
    ['GET', '/v1/token', 'method', 405],
    ['PUT', '/v1/token', 'method', 405],
    ['DELETE', '/v1/introspect', 'method', 405],
    ['HEAD', '/v1/token', 'method', 405],
    ['OPTIONS', '/v1/token', 'method', 405],
    ['POST', '/health', 'method', 405],
  ]

for (const [method, url, reason, status] of refused) {
  test(`${method} ${url} is refused: ${reason}`, () => {
    const refusal = refusalOf(() => matchRoute({ method, url }, TOKEN_ROUTES))
    assert.deepEqual([refusal?.reason, refusal?.status], [reason, status])
  })
}

const allowed: readonly (readonly [method: string, url: string, allow: string])[] = [
  ['GET', '/v1/token', 'POST'],
  ['POST', '/ready', 'GET, HEAD'],
]

for (const [method, url, allow] of allowed) {
  test(`a 405 of ${url} allows ${allow}`, () => {
    assert.equal(refusalOf(() => matchRoute({ method, url }, TOKEN_ROUTES))?.allow, allow)
  })
}

test('logs show known paths without their query, and no other path', () => {
  assert.equal(loggablePath({ url: '/v1/token?subject_token=eyJ' }, TOKEN_ROUTES), '/v1/token')
  assert.equal(loggablePath({ url: '/v1/token/eyJhbGciOiJSUzI1NiJ9' }, TOKEN_ROUTES), '(unknown)')
})
