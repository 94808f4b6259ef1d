import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeHeader, parseHeader } from '../../shared/token/header.ts'
import { reasonOf } from '../support/refusals.ts'

function judge(header: unknown) {
  return judgeHeader(parseHeader(Buffer.from(JSON.stringify(header))))
}

const ISSUERS: readonly (readonly [name: string, header: Record<string, unknown>])[] = [
  [
    'GitHub',
    { typ: 'JWT', alg: 'RS256', x5t: 'eBZ_cn3sXYAd0ch4THBKHIgOwOE', kid: '38826b17-6a30' },
  ],
  ['GitLab', { kid: '4i3sFE7sxqNPOT7FdvcGA1ZVGGI_r-tsDXnEuYT4ZqE', typ: 'JWT', alg: 'RS256' }],
  ['Entra', { typ: 'JWT', alg: 'RS256', x5t: 'HS23b7Do7TcaU1RoLHwpIq24VYg', kid: 'HS23b7Do7Tca' }],
  ['AD FS', { typ: 'JWT', alg: 'RS256', kid: 'kid', 'x5t#S256': 'kid' }],
  ['Kubernetes', { alg: 'RS256', kid: '7Q8nVwbXx2uQ0pC6wWkQ1S9r1Yb3uP2o' }],
  ['Cognito', { kid: 'wKw+2h/nS8ZG3m1pX9Y4bq0=', alg: 'RS256' }],
  ['a key of AWS', { kid: 'arn:aws:kms:eu-west-1:1:key/2', alg: 'ES256', typ: 'jwt' }],
  ['a key of Azure', { kid: 'https://v.vault.azure.net/keys/k/1', alg: 'RS256', typ: 'JWT' }],
  ['one key alone', { alg: 'ES256' }],
]

for (const [name, header] of ISSUERS) {
  test(`the header of ${name} passes`, () => {
    assert.deepEqual(judge(header), { algorithm: header['alg'], kid: header['kid'] })
  })
}

test('a kid has 256 characters at most', () => {
  assert.equal(judge({ alg: 'RS256', kid: 'k'.repeat(256) }).kid?.length, 256)
  assert.equal(
    reasonOf(() => judge({ alg: 'RS256', kid: 'k'.repeat(257) })),
    'kid',
  )
})

test('a kid that could be a path or a prototype is refused before any key is looked for', () => {
  for (const kid of ['../../dev/null', 'k..1', '__proto__']) {
    assert.equal(
      reasonOf(() => judge({ alg: 'RS256', kid })),
      'kid',
    )
  }
})

test('every printable character but space, quotes and backslash may stand in a kid', () => {
  const characters = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code))
  const accepted = characters.filter(
    (character) => reasonOf(() => judge({ alg: 'RS256', kid: `k${character}` })) === undefined,
  )
  assert.deepEqual(
    accepted,
    characters.filter((character) => /[!-~]/.test(character) && !/["'\\]/.test(character)),
  )
})

test('a member that is refused by name is refused whatever its value', () => {
  const reasons = Object.entries({
    jwk: 'header_key',
    jku: 'header_key',
    x5u: 'header_key',
    x5c: 'header_key',
    crit: 'crit',
    b64: 'crit',
    cty: 'header',
    zip: 'header',
    enc: 'header',
    epk: 'header',
    p2c: 'header',
    nonce: 'header',
    iss: 'header',
    Alg: 'header',
    toString: 'header',
  })
  for (const [name, reason] of reasons) {
    for (const value of [null, false, '', 'x', [], {}]) {
      assert.equal(
        reasonOf(() => judge({ alg: 'RS256', kid: 'k1', [name]: value })),
        reason,
        name,
      )
    }
  }
})
