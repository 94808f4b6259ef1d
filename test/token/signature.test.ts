import assert from 'node:assert/strict'
import { constants, sign, webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { compactVerify } from 'jose'
import type { Algorithm } from '../../shared/domain/claims.ts'
import { checkSignature } from '../../shared/token/signature.ts'
import { makeSigner } from '../support/keys.ts'
import { refusalOf } from '../support/refusals.ts'

const rsa = makeSigner('RS256', 'r1')
const ec = makeSigner('ES256', 'e1')
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const EC = { name: 'ECDSA', namedCurve: 'P-256' }
const { subtle } = webcrypto
const { alg: _alg, ...rsaJwk } = rsa.publicJwk
const imported = (as: webcrypto.RsaHashedImportParams) =>
  subtle.importKey('jwk', rsaJwk, as, true, ['verify'])
const rsaKey = await imported(RSA)
const ecKey = await subtle.importKey('jwk', ec.publicJwk, EC, true, ['verify'])
const pssKey = await imported({ name: 'RSA-PSS', hash: 'SHA-256' })
const sha512Key = await imported({ ...RSA, hash: 'SHA-512' })
const short = makeSigner('RS256', 'r2', { modulusLength: 1024 })
const shortKey = await subtle.importKey('jwk', short.publicJwk, RSA, true, ['verify'])
const p384 = await subtle.generateKey({ ...EC, namedCurve: 'P-384' }, true, ['sign', 'verify'])
const idle = ec.publicKey.toCryptoKey(EC, true, [])
const secret = ec.privateKey.toCryptoKey(EC, true, ['sign'])

const rsaToken = rsa.sign({ alg: 'RS256' }, { sub: 'alice' })
const ecToken = ec.sign({ alg: 'ES256' }, { sub: 'alice' })
const rsaInput = rsaToken.slice(0, rsaToken.lastIndexOf('.'))
const ecInput = ecToken.slice(0, ecToken.lastIndexOf('.'))
const rsaBytes = rsa.signature(rsaInput)
const ecBytes = ec.signature(ecInput)

const signed = (input: string, signature: Uint8Array) =>
  `${input}.${Buffer.from(signature).toString('base64url')}`
const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
const ofPss = sign('sha256', Buffer.from(rsaInput), pss)
const ofSha512 = sign('sha512', Buffer.from(rsaInput), rsa.privateKey)
const inDer = sign('sha256', Buffer.from(ecInput), ec.privateKey)
const zero = Buffer.alloc(1)

/** Which key and algorithm a token is checked by, and whether that holds. */
const ROWS: readonly (readonly [string, string, webcrypto.CryptoKey, Algorithm, boolean])[] = [
  ['RS256', rsaToken, rsaKey, 'RS256', true],
  ['ES256', ecToken, ecKey, 'ES256', true],
  ['an ES256 token where RS256 is pinned', ecToken, ecKey, 'RS256', false],
  ['an RS256 token where ES256 is pinned', rsaToken, rsaKey, 'ES256', false],
  ['an RS256 token by an ES256 key', rsaToken, ecKey, 'RS256', false],
  ['an ES256 token by an RS256 key', ecToken, rsaKey, 'ES256', false],
  ['no token', 'alice', rsaKey, 'RS256', false],
  ['no signature', `${rsaInput}.`, rsaKey, 'RS256', false],
  ['a key for PSS', rsaToken, pssKey, 'RS256', false],
  ['a signature by PSS and a key for it', signed(rsaInput, ofPss), pssKey, 'RS256', false],
  ['a signature by PSS', signed(rsaInput, ofPss), rsaKey, 'RS256', false],
  ['a key for SHA-512', rsaToken, sha512Key, 'RS256', false],
  ['a signature over SHA-512', signed(rsaInput, ofSha512), rsaKey, 'RS256', false],
  ['an RSA key of 1024 bits', short.sign({ alg: 'RS256' }, {}), shortKey, 'RS256', false],
  ['a key of P-384', ecToken, p384.publicKey, 'ES256', false],
  ['a key that may not verify', ecToken, idle, 'ES256', false],
  ['a private key', ecToken, secret, 'ES256', false],
  ['RS256, a byte short', signed(rsaInput, rsaBytes.subarray(1)), rsaKey, 'RS256', false],
  ['RS256, zero before', signed(rsaInput, Buffer.concat([zero, rsaBytes])), rsaKey, 'RS256', false],
  ['RS256, zero after', signed(rsaInput, Buffer.concat([rsaBytes, zero])), rsaKey, 'RS256', false],
  ['ES256 in DER', signed(ecInput, inDer), ecKey, 'ES256', false],
  ['ES256, a byte short', signed(ecInput, ecBytes.subarray(0, 63)), ecKey, 'ES256', false],
  ['ES256, a byte long', signed(ecInput, Buffer.concat([ecBytes, zero])), ecKey, 'ES256', false],
  ['ES256, r and s zero', signed(ecInput, Buffer.alloc(64)), ecKey, 'ES256', false],
  ['ES256, r and s past the order', signed(ecInput, Buffer.alloc(64, 255)), ecKey, 'ES256', false],
  [
    'a letter whose low byte is the right one',
    `\u0165${rsaToken.slice(1)}`,
    rsaKey,
    'RS256',
    false,
  ],
]

for (const [name, token, key, algorithm, holds] of ROWS) {
  test(`${name}: ${holds ? 'holds' : 'signature'}`, () => {
    const refusal = refusalOf(() => checkSignature(token, { key }, algorithm))
    assert.equal(refusal?.reason, holds ? undefined : 'signature')
  })
}

for (const [algorithm, token, key] of [
  ['RS256', rsaToken, rsaKey],
  ['ES256', ecToken, ecKey],
] as const) {
  test(`${algorithm}: jose agrees about the token and about each byte of it flipped`, async () => {
    const { length } = token
    for (let at = -1; at < length; at += 1) {
      const bytes = Buffer.from(token)
      if (at >= 0) bytes[at] = (bytes[at] ?? 0) ^ 1
      const changed = bytes.toString('latin1')
      const options = { algorithms: [algorithm] }
      const theirs = await compactVerify(changed, key, options).then(
        () => true,
        () => false,
      )
      const ours = refusalOf(() => checkSignature(changed, { key }, algorithm)) === undefined
      assert.ok(ours === theirs || (ours && isRespelt(token, changed)), `byte ${at}`)
    }
  })
}

/** Whether the change lies in bits that no byte of the signature holds: `parseCompact` tells those. */
function isRespelt(token: string, changed: string): boolean {
  const [one, other] = [token, changed].map((text) => {
    const end = text.lastIndexOf('.')
    return { input: text.slice(0, end), signature: Buffer.from(text.slice(end + 1), 'base64url') }
  })
  return one?.input === other?.input && one?.signature.equals(other?.signature ?? zero) === true
}

test('a refusal keeps nothing of the token and no cause', () => {
  const refusal = refusalOf(() => checkSignature(`${rsaToken}AA`, { key: rsaKey }, 'RS256'))
  assert.equal(refusal?.cause, undefined)
  assert.ok(!String(refusal?.stack).includes(rsaToken.slice(0, 20)))
})
