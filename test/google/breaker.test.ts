import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBreaker, type Breaker, type CallEnd } from '../../shared/google/breaker.ts'

function breakerWithClock() {
  const clock = { ms: 100_000 }
  return { clock, breaker: createBreaker(() => clock.ms) }
}

function call(breaker: Breaker, end: CallEnd): boolean {
  const permit = breaker.admit()
  if (permit !== undefined) breaker.settle(permit, end)
  return permit !== undefined
}

function calls(breaker: Breaker, count: number, end: CallEnd): void {
  for (let i = 0; i < count; i++) call(breaker, end)
}

const ROWS: readonly (readonly [answered: number, failed: number, closed: boolean])[] = [
  [0, 19, true],
  [0, 20, false],
  [10, 10, false],
  [11, 10, true],
  [11, 11, false],
  [200, 150, true],
  [200, 200, false],
]

for (const [answered, failed, closed] of ROWS) {
  test(`${failed} failures after ${answered} answers leave it ${closed ? 'closed' : 'open'}`, () => {
    const { breaker } = breakerWithClock()
    calls(breaker, answered, 'answered')
    calls(breaker, failed, 'failed')
    assert.equal(breaker.closed(), closed)
    assert.equal(call(breaker, 'answered'), closed)
  })
}

test('calls that were given up prove nothing', () => {
  const { breaker } = breakerWithClock()
  calls(breaker, 19, 'failed')
  calls(breaker, 100, 'abandoned')
  assert.equal(breaker.closed(), true)
})

test('failures older than ten seconds are forgotten', () => {
  const { clock, breaker } = breakerWithClock()
  calls(breaker, 19, 'failed')
  clock.ms += 10_000
  calls(breaker, 19, 'failed')
  assert.equal(breaker.closed(), true)
  clock.ms += 5_000
  calls(breaker, 1, 'failed')
  assert.equal(breaker.closed(), false)
})

test('an open breaker refuses for five seconds and says for how long', () => {
  const { clock, breaker } = breakerWithClock()
  calls(breaker, 20, 'failed')
  assert.equal(breaker.retryAfter(), 5)
  clock.ms += 3_500
  assert.equal(breaker.retryAfter(), 2)
  clock.ms += 1_499
  assert.equal(call(breaker, 'answered'), false)
  clock.ms += 1
  assert.equal(call(breaker, 'answered'), true)
})

function probing() {
  const { clock, breaker } = breakerWithClock()
  calls(breaker, 20, 'failed')
  clock.ms += 5_000
  const probes = [breaker.admit(), breaker.admit(), breaker.admit()]
  const [first, second, third] = probes
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  return { clock, breaker, first, second, third }
}

test('three probes pass at a time, no fourth', () => {
  const { breaker } = probing()
  assert.equal(breaker.admit(), undefined)
  assert.equal(breaker.closed(), false)
  assert.equal(breaker.retryAfter(), 1)
})

test('three answered probes close it with a clean record', () => {
  const { breaker, first, second, third } = probing()
  for (const probe of [first, second, third]) breaker.settle(probe, 'answered')
  assert.equal(breaker.closed(), true)
  calls(breaker, 19, 'failed')
  assert.equal(breaker.closed(), true)
})

test('one failed probe opens it again, whatever the others say', () => {
  const { clock, breaker, first, second, third } = probing()
  breaker.settle(first, 'answered')
  breaker.settle(second, 'failed')
  breaker.settle(third, 'answered')
  clock.ms += 4_999
  assert.equal(breaker.admit(), undefined)
})

test('a probe that was given up makes room for another', () => {
  const { breaker, first } = probing()
  breaker.settle(first, 'abandoned')
  assert.notEqual(breaker.admit(), undefined)
  assert.equal(breaker.admit(), undefined)
})

test('a call from before the opening cannot vote on the probes', () => {
  const { clock, breaker } = breakerWithClock()
  const early = breaker.admit()
  assert.ok(early !== undefined)
  calls(breaker, 20, 'failed')
  clock.ms += 5_000
  const probe = breaker.admit()
  assert.ok(probe !== undefined)
  breaker.settle(early, 'failed')
  assert.notEqual(breaker.admit(), undefined)
})
