import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { judgeKey } from '../../shared/keys/key-rules.ts'
import { makeSigner } from '../support/keys.ts'

const RSA = makeSigner('RS256', 'r').publicJwk
const EC = makeSigner('ES256', 'e').publicJwk

/** The modulus is only measured here, so that no key of that size has to be made. */
function modulus(bits: number): string {
  const bytes = randomBytes(Math.ceil(bits / 8))
  const spare = bytes.length * 8 - bits
  bytes[0] = ((bytes[0] ?? 0) & (0xff >> spare)) | (0x80 >> spare)
  bytes[bytes.length - 1] = 1
  return bytes.toString('base64url')
}

function exponent(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** RSA with these parameters in place of its own; undefined leaves one out. */
const rsa = (change: object) => JSON.parse(JSON.stringify({ ...RSA, ...change }))
const ec = (change: object) => JSON.parse(JSON.stringify({ ...EC, ...change }))

const USABLE: readonly (readonly [what: string, jwk: unknown, algorithm: string])[] = [
  ['RSA of 2048 bits', RSA, 'RS256'],
  ['a point of P-256', EC, 'ES256'],
  ['without alg, use and key_ops', rsa({ alg: undefined, use: undefined }), 'RS256'],
  ['without kid', rsa({ kid: undefined }), 'RS256'],
  ['with key_ops that hold verify', rsa({ key_ops: ['verify', 'encrypt'] }), 'RS256'],
  ['RSA of 3072 bits', rsa({ n: modulus(3_072) }), 'RS256'],
  ['RSA of 4096 bits', rsa({ n: modulus(4_096) }), 'RS256'],
  ['the greatest exponent', rsa({ e: exponent(0xffff_ffffn) }), 'RS256'],
  ['a modulus with a leading zero byte', rsa({ n: `AAAA${RSA.n}` }), 'RS256'],
  ['with a certificate chain, which nobody looks at', rsa({ x5c: ['x'], x5t: 'y' }), 'RS256'],
]

for (const [what, jwk, algorithm] of USABLE) {
  test(`usable: ${what}`, () => {
    const judged = judgeKey(jwk)
    assert.ok(judged.verdict === 'usable')
    assert.equal(judged.algorithm, algorithm)
    assert.equal(judged.key.type, 'public')
    assert.deepEqual(judged.key.usages, ['verify'])
  })
}

const REJECTED: readonly (readonly [what: string, jwk: unknown, cause: RegExp])[] = [
  ['RSA of 512 bits', rsa({ n: modulus(512) }), /^the modulus has 512 bits$/],
  ['RSA of 1024 bits', rsa({ n: modulus(1_024) }), /^the modulus has 1024 bits$/],
  ['RSA of 2047 bits', rsa({ n: modulus(2_047) }), /^the modulus has 2047 bits$/],
  ['RSA of 4097 bits', rsa({ n: modulus(4_097) }), /^the modulus has 4097 bits$/],
  ['RSA of 16384 bits', rsa({ n: modulus(16_384) }), /^the modulus has 16384 bits$/],
  ['1024 bits behind 128 zero bytes', zeroPadded(), /^the modulus has 1024 bits$/],
  ['e = 0', rsa({ e: exponent(0n) }), /^the modulus or exponent is malformed$/],
  ['e = 1', rsa({ e: exponent(1n) }), /^the exponent is not/],
  ['e = 3', rsa({ e: exponent(3n) }), /^the exponent is not/],
  ['e = 65535', rsa({ e: exponent(65_535n) }), /^the exponent is not/],
  ['an even e', rsa({ e: exponent(65_538n) }), /^the exponent is not/],
  ['e = 2^32 + 1', rsa({ e: exponent(2n ** 32n + 1n) }), /^the exponent is not/],
  ['e of 256 bits', rsa({ e: exponent(2n ** 255n + 1n) }), /^the exponent is not/],
  ['n in standard base64', rsa({ n: `${RSA.n}==` }), /^the modulus or exponent is malformed$/],
  ['n a number', rsa({ n: 5 }), /^the modulus or exponent is malformed$/],
  ['n missing', rsa({ n: undefined }), /^the modulus or exponent is malformed$/],
  ['n empty', rsa({ n: '' }), /^the modulus or exponent is malformed$/],
  ['e missing', rsa({ e: undefined }), /^the modulus or exponent is malformed$/],
  ['a point off the curve', ec({ y: EC.x }), /^the key cannot be imported$/],
  ['the point 0, 0', ec({ x: zeros(32), y: zeros(32) }), /^the key cannot be imported$/],
  ['a short coordinate', ec({ x: zeros(31) }), /^a coordinate has not 32 bytes$/],
  ['a long coordinate', ec({ y: zeros(33) }), /^a coordinate has not 32 bytes$/],
  ['y missing', ec({ y: undefined }), /^a coordinate has not 32 bytes$/],
  ['a private RSA key', rsa({ d: 'AQAB' }), /^the private key is published$/],
  ['a prime', rsa({ p: 'AQAB' }), /^the private key is published$/],
  ['a private EC key', ec({ d: zeros(32) }), /^the private key is published$/],
  ['a kid that is a number', rsa({ kid: 7 }), /^the kid is not a string$/],
  ['a kid that is null', rsa({ kid: null }), /^the kid is not a string$/],
]

function zeros(length: number): string {
  return Buffer.alloc(length).toString('base64url')
}

function zeroPadded(): unknown {
  const n = Buffer.concat([Buffer.alloc(128), Buffer.from(modulus(1_024), 'base64url')])
  return rsa({ n: n.toString('base64url') })
}

for (const [what, jwk, cause] of REJECTED) {
  test(`rejected: ${what}`, () => {
    const judged = judgeKey(jwk)
    assert.ok(judged.verdict === 'rejected', judged.verdict)
    assert.match(judged.cause, cause)
  })
}

const FOREIGN: readonly (readonly [what: string, jwk: unknown])[] = [
  ['use enc', rsa({ use: 'enc' })],
  ['use null', rsa({ use: null })],
  ['a weak key with use enc', rsa({ use: 'enc', n: modulus(1_024) })],
  ['key_ops without verify', rsa({ key_ops: ['encrypt', 'sign'] })],
  ['empty key_ops', rsa({ key_ops: [] })],
  ['key_ops a string', rsa({ key_ops: 'verify' })],
  ['a shared secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'o', alg: 'HS256' }],
  ['a shared secret under RS256', { kty: 'oct', k: 'c2VjcmV0', kid: 'o', alg: 'RS256' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519', x: zeros(32), kid: 'o' }],
  ['P-384', ec({ crv: 'P-384', alg: 'ES384' })],
  ['secp256k1', ec({ crv: 'secp256k1', alg: undefined })],
  ['RSA for PS256', rsa({ alg: 'PS256' })],
  ['RSA for RS512', rsa({ alg: 'RS512' })],
  ['RSA for ES256', rsa({ alg: 'ES256' })],
  ['RSA for OAEP', rsa({ alg: 'RSA-OAEP' })],
  ['alg null', rsa({ alg: null })],
  ['no kty', rsa({ kty: undefined })],
  ['kty in lower case', rsa({ kty: 'rsa' })],
  ['kty an array', rsa({ kty: ['RSA'] })],
  ['an array', []],
  ['null', null],
  ['a string', 'key'],
  ['an empty object', {}],
]

for (const [what, jwk] of FOREIGN) {
  test(`foreign: ${what}`, () => assert.equal(judgeKey(jwk).verdict, 'foreign'))
}
