import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTimes } from '../../shared/token/times.ts'
import { reasonOf } from '../support/refusals.ts'

const NOW = 1_750_000_000
const FRESH = { iat: NOW, nbf: NOW, exp: NOW + 300 }

/** What changes in a fresh token whose provider takes an hour, and whether it is still accepted. */
const ROWS: readonly (readonly [name: string, change: object, accepted: boolean])[] = [
  ['nothing', {}, true],
  ['no nbf', { nbf: undefined }, true],
  ['expired 29 s ago', { iat: NOW - 300, exp: NOW - 29 }, true],
  ['expired 30 s ago', { iat: NOW - 300, exp: NOW - 30 }, false],
  ['issued 30 s ahead', { iat: NOW + 30 }, true],
  ['issued 31 s ahead', { iat: NOW + 31 }, false],
  ['valid in 30 s', { nbf: NOW + 30 }, true],
  ['valid in 31 s', { nbf: NOW + 31 }, false],
  ['an hour old', { iat: NOW - 3600 }, true],
  ['an hour and a second old', { iat: NOW - 3601 }, false],
  ['a life of a day', { exp: NOW + 86_400 }, true],
  ['a life of a day and a second', { exp: NOW + 86_401 }, false],
  ['fractions of a second', { iat: NOW - 0.5, exp: NOW + 0.25 }, true],
  ['exp not after iat', { iat: NOW + 5, exp: NOW + 5 }, false],
  ['exp NaN', { exp: Number.NaN }, false],
  ['exp infinite', { exp: Number.POSITIVE_INFINITY }, false],
  ['iat minus infinite', { iat: Number.NEGATIVE_INFINITY }, false],
  ['nbf minus infinite', { nbf: Number.NEGATIVE_INFINITY }, false],
  ['nbf false', { nbf: false }, false],
]

for (const [name, change, accepted] of ROWS) {
  test(`${name}: ${accepted ? 'accepted' : 'time'}`, () => {
    assert.equal(
      reasonOf(() => checkTimes({ ...FRESH, ...change }, 3600, NOW)),
      accepted ? undefined : 'time',
    )
  })
}

test('a clock that says nothing accepts nothing', () => {
  assert.equal(
    reasonOf(() => checkTimes(FRESH, 3600, Number.NaN)),
    'time',
  )
})

test('the lifespan is told in whole seconds, never longer than the token says', () => {
  const claims = { iat: NOW - 0.5, exp: NOW + 299.9 }
  assert.deepEqual(checkTimes(claims, 3600, NOW), { issuedAt: NOW - 1, expiresAt: NOW + 299 })
})
