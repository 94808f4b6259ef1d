import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuseCrossSite } from '../../shared/console/same-origin.ts'

const OWN = 'https://console.example.com'

const TAKEN: readonly (readonly [what: string, headers: Record<string, string>])[] = [
  ['our own form', { origin: OWN, 'sec-fetch-site': 'same-origin' }],
  ['our own form in an older browser', { origin: OWN }],
  ['our own script without an origin', { 'sec-fetch-site': 'same-origin' }],
  ['a program with a bearer token', { authorization: 'Bearer x' }],
]

const REFUSED: readonly (readonly [what: string, headers: Record<string, string>])[] = [
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a neighbour', { origin: 'https://other.example.com', 'sec-fetch-site': 'same-site' }],
  ['another port', { origin: `${OWN}:8443` }],
  ['plain http', { origin: 'http://console.example.com' }],
  ['a sandboxed frame', { origin: 'null' }],
  ['a claim to our origin from another site', { origin: OWN, 'sec-fetch-site': 'cross-site' }],
  ['a proxy’s header alone', { 'x-goog-iap-jwt-assertion': 'x' }],
  ['a cookie alone', { cookie: 'token_bureau_console=x' }],
  ['another origin with a bearer token', { origin: 'null', authorization: 'Bearer x' }],
]

for (const [what, headers] of TAKEN) {
  test(`a POST of ${what} is taken`, () => {
    assert.doesNotThrow(() => refuseCrossSite(headers, [OWN]))
  })
}

for (const [what, headers] of REFUSED) {
  test(`a POST of ${what} is refused`, () => {
    assert.throws(() => refuseCrossSite(headers, [OWN]), { reason: 'request' })
  })
}
