import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Algorithm } from '../../shared/domain/claims.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { chooseKey, judgeKeySet } from '../../shared/keys/key-set.ts'
import { makeSigner } from '../support/keys.ts'

const A = makeSigner('RS256', 'a').publicJwk
const B = makeSigner('RS256', 'b').publicJwk
const E = makeSigner('ES256', 'e').publicJwk
const WEAK = { ...makeSigner('RS256', 'w', { modulusLength: 1_024 }).publicJwk }
const SHARED = { kty: 'oct', k: 'c2VjcmV0', kid: 'o' }
const ENCRYPTION = { ...B, kid: 'enc', use: 'enc' }

/** The kid of the chosen key, the reason of the refusal, or that the set does not know the kid. */
function chosen(keys: readonly unknown[], algorithm: Algorithm, kid: string | undefined): string {
  try {
    const key = chooseKey(judgeKeySet(keys), algorithm, kid)
    return key === undefined ? 'unknown' : `key ${key.kid}`
  } catch (error) {
    assert.ok(error instanceof Refusal)
    return error.reason
  }
}

type Row = readonly [
  what: string,
  keys: readonly unknown[],
  kid: string | undefined,
  expected: string,
]

const { kid: _, ...NAMELESS } = A

const ROWS: readonly Row[] = [
  ['the kid names its key', [A, B, E], 'b', 'key b'],
  ['a kid in another case is another kid', [A, B], 'B', 'unknown'],
  ['an empty kid is a kid', [A], '', 'unknown'],
  ['a kid like a property is only a name', [A], '__proto__', 'unknown'],
  ['no keys at all', [], 'a', 'unknown'],
  ['a key for another algorithm', [A, E], 'e', 'kid'],
  ['a key that is too weak', [A, WEAK], 'w', 'key_rejected'],
  ['a published private key', [{ ...A, d: 'AQAB' }, B], 'a', 'key_rejected'],
  ['a key for encryption', [A, ENCRYPTION], 'enc', 'kid'],
  ['a key without verify', [A, { ...B, key_ops: ['sign'] }], 'b', 'kid'],
  ['a shared secret', [A, SHARED], 'o', 'kid'],
  ['two keys of one kid', [A, { ...B, kid: 'a' }], 'a', 'kid_ambiguous'],
  ['the same key twice', [A, A], 'a', 'kid_ambiguous'],
  ['two keys of one kid and different types', [A, { ...E, kid: 'a' }], 'a', 'kid_ambiguous'],
  ['a good and a weak key of one kid', [A, { ...WEAK, kid: 'a' }], 'a', 'kid_ambiguous'],
  ['an ambiguous kid harms no other', [A, B, { ...E, kid: 'a' }], 'b', 'key b'],
  [
    'a key for encryption of the same kid does not count',
    [A, { ...B, kid: 'a', use: 'enc' }],
    'a',
    'key a',
  ],
  ['a shared secret of the same kid does not count', [SHARED, { ...A, kid: 'o' }], 'o', 'key o'],
  ['a key without kid is not found by kid', [NAMELESS], 'a', 'unknown'],
  ['no kid, one usable key', [A], undefined, 'key a'],
  ['no kid, one usable key without kid', [NAMELESS], undefined, 'key undefined'],
  ['no kid, one usable key among others', [SHARED, WEAK, ENCRYPTION, A], undefined, 'key a'],
  ['no kid, two usable keys', [A, B], undefined, 'kid'],
  ['no kid, two usable keys of different types', [A, E], undefined, 'kid'],
  ['no kid, one key for another algorithm', [E], undefined, 'kid'],
  ['no kid, only a weak key', [SHARED, WEAK], undefined, 'key_rejected'],
  ['no kid, only a key for encryption', [ENCRYPTION], undefined, 'kid'],
  ['no kid, no keys', [], undefined, 'unknown'],
]

for (const [what, keys, kid, expected] of ROWS) {
  test(`${what}: ${expected}`, () => assert.equal(chosen(keys, 'RS256', kid), expected))
}

test('64 keys are judged, 65 are no good answer', () => {
  assert.equal(judgeKeySet(Array.from({ length: 64 }, () => SHARED)).setAside.length, 64)
  assert.throws(() => judgeKeySet(Array.from({ length: 65 }, () => SHARED)), /more than 64 keys/)
})

test('a key set without an array of keys is no good answer', () => {
  for (const keys of [undefined, null, {}, 'keys', { length: 1, 0: A }]) {
    assert.throws(() => judgeKeySet(keys), /holds no array of keys/)
  }
})
