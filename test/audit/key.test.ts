import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { openAuditKey } from '../../shared/audit/key.ts'
import { checkSignature } from '../../shared/audit/signature.ts'
import { Secret } from '../../shared/domain/secret.ts'

const CONTENT = 'sixteen bytes or more'
const key = openAuditKey(CONTENT)
const hmac = (text: string) => createHmac('sha256', CONTENT).update(text).digest('hex')

const SUBJECT_TOKENS: readonly (readonly [claim: string, token: string, input: string])[] = [
  ['a JWT is fingerprinted by its signing input', 'aaa.bbb.ccc', 'aaa.bbb'],
  ['another signature leaves the fingerprint the same', 'aaa.bbb.ddd', 'aaa.bbb'],
  ['white space around a token does not count', ' aaa.bbb.ccc\n', 'aaa.bbb'],
  ['a token of one part is fingerprinted whole', 'opaque', 'opaque'],
  ['a token of two parts is fingerprinted whole', 'aaa.bbb', 'aaa.bbb'],
  ['a token of five parts is fingerprinted whole', 'a.b.c.d.e', 'a.b.c.d.e'],
  ['an empty token has a fingerprint', '', ''],
]

for (const [claim, token, input] of SUBJECT_TOKENS) {
  test(claim, () => {
    assert.equal(key.ofSubjectToken(new Secret('subject token', token)), hmac(input))
  })
}

test('an issued token is fingerprinted whole', () => {
  const token = new Secret('account token', 'a.b.c')
  assert.equal(key.ofIssuedToken(token), hmac('a.b.c'))
})

test('white space at the end of the key file does not count', () => {
  assert.equal(openAuditKey(`${CONTENT}\r\n`).id, key.id)
})

test('a key that is too short is refused with one line', () => {
  assert.throws(() => openAuditKey('short\n'), /^Error: AUDIT_KEY_FILE holds 5 bytes; at least 16/)
})

test('without a key file each process has a key of its own and signs nothing', () => {
  const [one, other] = [openAuditKey(undefined), openAuditKey(undefined)]
  const token = new Secret('subject token', 'x')
  assert.notEqual(one.ofSubjectToken(token), other.ofSubjectToken(token))
  assert.equal(one.mounted, false)
  assert.equal(one.signer, undefined)
})

test('a checkpoint verifies with the public key and with nothing else', () => {
  const { signer } = key
  assert.ok(signer)
  const claim = { chain: 'c', seq: 7, previous: 'aa', time: '2026-01-01T00:00:00.000Z' }
  const signature = signer.sign(claim)
  const other = openAuditKey('another key, as long').signer?.publicKey ?? ''
  assert.equal(checkSignature(claim, signature, signer.publicKey), true)
  assert.equal(checkSignature({ ...claim, seq: 8 }, signature, signer.publicKey), false)
  assert.equal(checkSignature(claim, signature, other), false)
  assert.equal(checkSignature(claim, 'rubbish', signer.publicKey), false)
  assert.equal(checkSignature(claim, signature, 'rubbish'), false)
})
