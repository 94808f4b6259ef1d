import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_SESSION, sessionCookie, withSession } from '../../shared/console/session.ts'
import { Secret } from '../../shared/domain/secret.ts'

test('the cookie is out of reach of scripts and of other sites', () => {
  const cookie = sessionCookie(new Secret('posted token', 'head.body.signature'))
  assert.match(cookie, /^token_bureau_console=head\.body\.signature; /)
  for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=3600']) {
    assert.ok(cookie.split('; ').includes(attribute), attribute)
  }
  assert.match(NO_SESSION, /Max-Age=0/)
})

const HEADERS: readonly (readonly [
  what: string,
  headers: Record<string, string>,
  authorization: string | undefined,
])[] = [
  ['no cookie', {}, undefined],
  ['its cookie', { cookie: 'token_bureau_console=a.b.c' }, 'Bearer a.b.c'],
  ['its cookie among others', { cookie: 'x=1; token_bureau_console=a.b.c; y=2' }, 'Bearer a.b.c'],
  ['a cookie of another name', { cookie: 'other_token_bureau_console=a.b.c' }, undefined],
  ['an empty cookie', { cookie: 'token_bureau_console=' }, undefined],
  [
    'a bearer token besides',
    { cookie: 'token_bureau_console=a.b.c', authorization: 'Bearer mine' },
    'Bearer mine',
  ],
]

for (const [what, headers, authorization] of HEADERS) {
  test(`a request with ${what} brings ${authorization ?? 'no token'}`, () => {
    assert.equal(withSession(headers).authorization, authorization)
  })
}
