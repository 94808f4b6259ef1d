import assert from 'node:assert/strict'
import { beforeEach, mock, test, afterEach } from 'node:test'
import { shedding } from '../../shared/http/shed.ts'
import { refusalOf } from '../support/refusals.ts'

beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }))
afterEach(() => mock.timers.reset())

const AGAIN = ['overloaded', 503, 1]
/** So many requests in flight, none of them answered yet. */
const flight = (size: number) => ({ size, open: size })

const told = (call: () => unknown) => {
  const refusal = refusalOf(call)
  return refusal && [refusal.reason, refusal.status, refusal.retryAfter]
}

test('one more request than may be open is refused, with a second of Retry-After', () => {
  const inFlight = flight(3)
  const shed = shedding({ inFlight, open: 3, clock: () => 0 })
  assert.equal(
    told(() => shed.admit()),
    undefined,
  )
  Object.assign(inFlight, flight(4))
  assert.deepEqual(
    told(() => shed.admit()),
    AGAIN,
  )
})

test('answers that linger take no place of open requests', () => {
  const shed = shedding({ inFlight: { size: 2_000, open: 10 }, most: 250_000, clock: () => 0 })
  assert.equal(
    told(() => shed.admit()),
    undefined,
  )
})

test('one more request than may be worked on is refused, at the door and inside', () => {
  const shed = shedding({ inFlight: flight(3), most: 2, clock: () => 0 })
  const [leave] = [shed.enter(), shed.enter()]
  assert.deepEqual(
    told(() => shed.admit()),
    AGAIN,
  )
  assert.deepEqual(
    told(() => shed.enter()),
    AGAIN,
  )
  leave()
  leave()
  assert.equal(
    told(() => shed.admit()),
    undefined,
  )
  shed.enter()
  assert.deepEqual(
    told(() => shed.enter()),
    AGAIN,
    'a place is left once',
  )
})

test('requests whose body never comes take no place of those that are worked on', () => {
  const shed = shedding({ inFlight: flight(500), most: 250, clock: () => 0 })
  assert.equal(
    told(() => shed.admit()),
    undefined,
  )
  assert.equal(
    told(() => shed.enter()),
    undefined,
  )
})

const lags: readonly (readonly [
  claim: string,
  working: number,
  lags: readonly number[],
  sheds: boolean,
])[] = [
  ['an event loop that keeps lagging under load sheds', 50, Array(8).fill(200), true],
  ['a short lag sheds nothing', 50, Array(50).fill(90), false],
  ['one long pause sheds nothing', 50, [350], false],
  ['a lag that is over sheds nothing', 50, [...Array(8).fill(200), ...Array(8).fill(0)], false],
  ['a lag with little to do is the machine’s doing', 9, Array(8).fill(2_000), false],
]

for (const [claim, working, late, sheds] of lags) {
  test(claim, () => {
    let now = 0
    const shed = shedding({ inFlight: flight(500), most: 100, lag: 100, clock: () => now })
    for (let nth = 0; nth < working; nth += 1) shed.enter()
    shed.admit()
    for (const lag of late) {
      now += 20 + lag
      mock.timers.tick(20)
    }
    assert.equal(refusalOf(() => shed.admit())?.detail, sheds ? 'event loop' : undefined)
  })
}

test('a pause without requests counts for nothing: the platform takes the processor then', () => {
  let now = 0
  const inFlight = flight(50)
  const shed = shedding({ inFlight, most: 100, lag: 100, clock: () => now })
  for (let nth = 0; nth < 50; nth += 1) shed.enter()
  shed.admit()
  Object.assign(inFlight, flight(0))
  mock.timers.tick(20)
  now += 60_000
  Object.assign(inFlight, flight(50))
  shed.admit()
  now += 20
  mock.timers.tick(20)
  assert.equal(
    refusalOf(() => shed.admit()),
    undefined,
  )
})
