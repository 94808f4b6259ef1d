import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { checkSignature } from '../../shared/token/signature.ts'
import { makeSigner } from '../support/keys.ts'
import { rejectionOf } from '../support/refusals.ts'

const rsa = makeSigner('RS256', 'r1')
const ec = makeSigner('ES256', 'e1')
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const EC = { name: 'ECDSA', namedCurve: 'P-256' }
const { subtle } = webcrypto
const rsaKey = await subtle.importKey('jwk', rsa.publicJwk, RSA, false, ['verify'])
const ecKey = await subtle.importKey('jwk', ec.publicJwk, EC, false, ['verify'])
const rsaToken = rsa.sign({ alg: 'RS256' }, { sub: 'alice' })
const ecToken = ec.sign({ alg: 'ES256' }, { sub: 'alice' })

/** Which key and algorithm a token is checked by, and whether that holds. */
const ROWS = [
  ['RS256', rsaToken, rsaKey, 'RS256', true],
  ['ES256', ecToken, ecKey, 'ES256', true],
  ['an ES256 token where RS256 is pinned', ecToken, ecKey, 'RS256', false],
  ['an RS256 token where ES256 is pinned', rsaToken, rsaKey, 'ES256', false],
  ['an RS256 token by an ES256 key', rsaToken, ecKey, 'RS256', false],
  ['an ES256 token by an RS256 key', ecToken, rsaKey, 'ES256', false],
  ['no token', 'alice', rsaKey, 'RS256', false],
] as const

for (const [name, token, key, algorithm, holds] of ROWS) {
  test(`${name}: ${holds ? 'holds' : 'signature'}`, async () => {
    const refusal = await rejectionOf(checkSignature(token, { key }, algorithm))
    assert.equal(refusal?.reason, holds ? undefined : 'signature')
  })
}

test('a refusal keeps nothing of the token and nothing of the library’s error', async () => {
  const refusal = await rejectionOf(checkSignature(`${rsaToken}AA`, { key: rsaKey }, 'RS256'))
  assert.equal(refusal?.cause, undefined)
  assert.ok(!String(refusal?.stack).includes(rsaToken.slice(0, 20)))
})
