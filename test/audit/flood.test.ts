import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFlood } from '../../shared/audit/flood.ts'

function floodAt(start: number) {
  const clock = { now: start }
  return { clock, flood: createFlood({ burst: 3, perSecond: 2 }, () => clock.now) }
}

test('a burst is recorded, what exceeds it is counted', () => {
  const { flood } = floodAt(0)
  const admitted = Array.from({ length: 10 }, () => flood.admits('signature'))
  assert.deepEqual(admitted.filter(Boolean).length, 3)
  assert.deepEqual(flood.take(), [{ reason: 'signature', recorded: 3, suppressed: 7 }])
})

test('records come back at the rate, never above the burst', () => {
  const { clock, flood } = floodAt(0)
  for (let i = 0; i < 3; i += 1) flood.admits('signature')
  clock.now = 500
  assert.deepEqual([flood.admits('signature'), flood.admits('signature')], [true, false])
  clock.now = 3_600_000
  const admitted = Array.from({ length: 9 }, () => flood.admits('signature'))
  assert.equal(admitted.filter(Boolean).length, 3)
})

test('a flood of one reason hides no other', () => {
  const { flood } = floodAt(0)
  for (let i = 0; i < 100; i += 1) flood.admits('rate_limited')
  assert.equal(flood.admits('replay'), true)
})

test('an account is given once, and not for reasons that were recorded whole', () => {
  const { flood } = floodAt(0)
  flood.admits('replay')
  for (let i = 0; i < 5; i += 1) flood.admits('alg')
  assert.deepEqual(flood.take(), [{ reason: 'alg', recorded: 3, suppressed: 2 }])
  assert.deepEqual(flood.take(), [])
})

test('an account that could not be written is not lost', () => {
  const { flood } = floodAt(0)
  for (let i = 0; i < 5; i += 1) flood.admits('alg')
  flood.restore(flood.take())
  flood.admits('alg')
  assert.deepEqual(flood.take(), [{ reason: 'alg', recorded: 3, suppressed: 3 }])
})

test('a clock that goes back gives nothing away', () => {
  const { clock, flood } = floodAt(10_000)
  for (let i = 0; i < 3; i += 1) flood.admits('alg')
  clock.now = 0
  assert.equal(flood.admits('alg'), false)
})
