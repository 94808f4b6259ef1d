import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expiringMap } from '../../shared/state/expiring-map.ts'

test('an entry lives for its time and not a millisecond longer', () => {
  let now = 1_000
  const map = expiringMap<string>(10, () => now)
  assert.equal(map.set('key', 'value', 500), true)
  now += 499
  assert.equal(map.get('key'), 'value')
  now += 1
  assert.equal(map.get('key'), undefined)
})

test('a full map refuses a new key and forgets none', () => {
  const map = expiringMap<number>(2, () => 0)
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => map.set(key, 1, 1_000)),
    [true, true, false],
  )
  assert.equal(map.get('a'), 1)
  assert.equal(map.set('a', 2, 1_000), true, 'a known key may change')
})

test('places of expired entries are given out again', () => {
  let now = 0
  const map = expiringMap<number>(2, () => now)
  map.set('a', 1, 1_500)
  map.set('b', 1, 60_000)
  now = 2_000
  assert.equal(map.set('c', 1, 1_000), true)
  assert.equal(map.get('b'), 1)
})
