import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryHits } from '../../shared/state/memory-hits.ts'

test('hits are counted by key, from zero again after the window of a minute', async () => {
  let now = 0
  const hits = memoryHits(() => now, 10)
  await hits.increment('a')
  assert.equal((await hits.increment('a')).totalHits, 2)
  assert.equal((await hits.increment('b')).totalHits, 1)
  now = 60_000
  const again = await hits.increment('a')
  assert.equal(again.totalHits, 1)
  assert.equal(again.resetTime?.getTime(), 120_000)
})

test('keys past the capacity share one counter, so a flood of keys gets around no limit', async () => {
  const hits = memoryHits(() => 0, 2)
  for (const key of ['a', 'b', 'c']) await hits.increment(key)
  assert.equal((await hits.increment('d')).totalHits, 2)
  assert.equal((await hits.increment('a')).totalHits, 2)
})
