import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from '../../shared/domain/secret.ts'

const value = 'eyJhbGciOiJSUzI1NiJ9.canary.signature'
const secret = new Secret('subject token', value)

const ways: readonly (readonly [string, () => string])[] = [
  ['String()', () => String(secret)],
  ['a join', () => [secret].join()],
  ['JSON.stringify', () => JSON.stringify({ secret })],
  ['inspect, hidden fields shown', () => inspect(secret, { showHidden: true, depth: 10 })],
  ['inspect of an error that carries it', () => inspect(new Error('x', { cause: { secret } }))],
  ['format', () => format('%s %o %j', secret, secret, secret)],
  ['its own entries', () => JSON.stringify(Object.entries(secret))],
]

for (const [name, print] of ways) {
  test(`a secret is not shown by ${name}`, () => {
    const printed = print()
    assert.ok(!printed.includes('canary'), printed)
    assert.match(printed, /subject token/)
  })
}

test('reveal gives the value', () => {
  assert.equal(secret.reveal(), value)
})
