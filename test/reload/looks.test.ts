import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepLooking } from '../../shared/reload/looks.ts'

const INTERVAL = 30_000
const OVERDUE = 50_001

/** Looks of which each takes until it is ended. */
function someLooks() {
  const clock = { now: 1_700_000_000_000 }
  const begun: PromiseWithResolvers<void>[] = []
  const looks = keepLooking(
    () => {
      const one = Promise.withResolvers<void>()
      begun.push(one)
      return one.promise
    },
    { now: () => clock.now, interval: INTERVAL, overdueAfter: OVERDUE - 1 },
  )
  const end = async (): Promise<void> => {
    begun.at(-1)?.resolve()
    await new Promise(setImmediate)
  }
  return { looks, clock, begun, end }
}

/** Whether a promise is settled when everything that could settle it at once has run. */
async function settled(promise: Promise<void>): Promise<boolean> {
  let is = false
  void promise.then(() => (is = true))
  await new Promise(setImmediate)
  return is
}

test('looks that overlap are one', async () => {
  const { looks, begun, end } = someLooks()
  const both = Promise.all([looks.check(), looks.check()])
  await end()
  await both
  assert.equal(begun.length, 1)
  void looks.check()
  assert.equal(begun.length, 2)
  looks.close()
})

test('before its time nobody takes a look, and nobody waits for one that is in its time', async () => {
  const { looks, clock, begun } = someLooks()
  clock.now += OVERDUE - 1
  assert.equal(await settled(looks.caughtUp()), true)
  assert.equal(begun.length, 0)
  void looks.check()
  clock.now += OVERDUE
  assert.equal(await settled(looks.caughtUp()), true)
  assert.equal(begun.length, 1)
  looks.close()
})

for (const who of ['the first who asks', 'the timer']) {
  test(`everybody waits for the one overdue look that ${who} begins`, async () => {
    const { looks, clock, begun, end } = someLooks()
    clock.now += OVERDUE
    if (who === 'the timer') void looks.check()
    const waiting = [looks.caughtUp(), looks.caughtUp()]
    for (const one of waiting) assert.equal(await settled(one), false)
    await end()
    for (const one of waiting) assert.equal(await settled(one), true)
    assert.equal(begun.length, 1)
    assert.equal(await settled(looks.caughtUp()), true)
    assert.equal(begun.length, 1)
    looks.close()
  })
}

test('an overdue look that hangs is waited for once, and not to its end', async () => {
  const { looks, clock } = someLooks()
  clock.now += OVERDUE
  await looks.caughtUp()
  assert.equal(await settled(looks.caughtUp()), true)
  looks.close()
})
