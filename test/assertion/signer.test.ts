import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, type JWK } from 'jose'
import { assertedSubject, createAssertionSigner } from '../../shared/assertion/signer.ts'
import { readSigningKeys, SigningKeysError } from '../../shared/assertion/signing-keys.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { aPrincipal, aProvider, mappedSubject } from '../support/policy.ts'

async function privateJwk(algorithm: string, kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid }
}

const current = await privateJwk('ES256', 'current')
const next = await privateJwk('RS256', 'next')
const NOW = 1_700_000_000_000

for (const [first, second] of [
  [current, next],
  [next, current],
] as const) {
  test(`the first key of the file signs, all are published: ${first.kty}`, async () => {
    const keys = await readSigningKeys(JSON.stringify({ keys: [first, second] }))
    const signer = createAssertionSigner('https://bureau.example.com', keys, () => NOW)
    const principal = aPrincipal(mappedSubject('alice', ['ops'], new Map([['team', 'pay']])))
    const jwt = (await signer.sign(principal)).reveal()

    const published = createLocalJWKSet({ keys: [...keys.published.keys] })
    const { payload, protectedHeader } = await jwtVerify(jwt, published, {
      issuer: 'https://bureau.example.com',
      currentDate: new Date(NOW),
    })
    assert.equal(protectedHeader.kid, first.kid)
    const { jti, ...claims } = payload
    assert.match(String(jti), /^[\da-f-]{36}$/)
    assert.deepEqual(claims, {
      iss: 'https://bureau.example.com',
      sub: 'alice',
      aud: aProvider().resourceName,
      iat: NOW / 1000,
      exp: NOW / 1000 + 60,
      provider: 'onprem',
      original_issuer: 'https://idp.example.com',
      original_subject: 'alice',
      groups: ['ops'],
      attributes: { team: 'pay' },
    })
  })
}

test('what is published holds no private parameter', async () => {
  const keys = await readSigningKeys(JSON.stringify({ keys: [current, next] }))
  const names = new Set(keys.published.keys.flatMap((key) => Object.keys(key)))
  for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.ok(!names.has(secret), secret)
})

test('a subject of 127 bytes stands as it is, a longer one as its digest', () => {
  const fits = 'ä'.repeat(63) + 'a'
  assert.equal(assertedSubject(fits), fits)
  const long = 'ä'.repeat(64)
  const digest = createHash('sha256').update(long).digest('hex')
  assert.equal(assertedSubject(long), `sha256:${digest}`)
})

test('nobody can choose a subject that looks like the digest of another', () => {
  const victim = assertedSubject('v'.repeat(200))
  assert.notEqual(assertedSubject(victim), victim)
})

test('a provider without a resource name cannot be asserted', async () => {
  const keys = await readSigningKeys(JSON.stringify({ keys: [current] }))
  const signer = createAssertionSigner('https://bureau.example.com', keys, () => NOW)
  const principal = aPrincipal(mappedSubject('alice'), aProvider({ resourceName: undefined }))
  await assert.rejects(signer.sign(principal), (error) => error instanceof Refusal)
})

const { d, ...publicOnly } = current
const bad: readonly (readonly [string, unknown, RegExp])[] = [
  ['not JSON', '{', /not JSON/],
  ['no keys', { keys: [] }, /^keys is not/],
  ['a public key', { keys: [publicOnly] }, /^keys\.0/],
  ['a key without kid', { keys: [{ ...current, kid: undefined }] }, /^keys\.0\.kid/],
  ['two keys of one kid', { keys: [current, { ...next, kid: 'current' }] }, /same kid/],
  ['a symmetric key', { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'x' }] }, /^keys\.0/],
  ['a point off the curve', { keys: [{ ...current, x: current.y }] }, /cannot be imported/],
]

for (const [name, file, message] of bad) {
  test(`a key file is refused in one line that shows no key: ${name}`, async () => {
    const text = typeof file === 'string' ? file : JSON.stringify(file)
    await assert.rejects(readSigningKeys(text), (error) => {
      assert.ok(error instanceof SigningKeysError)
      assert.match(error.message, message)
      assert.ok(!error.message.includes(String(d)))
      return true
    })
  })
}
