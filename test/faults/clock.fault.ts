import assert from 'node:assert/strict'
import { assertAnswers, assertCalm, assertReasons } from './expect.ts'
import type { Fault } from './fault.ts'
import { crowd } from './load.ts'

const SECOND = 1000
const RIGHT = { bureau: 0, identityProvider: 0, google: 0 }

/** Clocks of the identity provider, seconds from the bureau's, and what a fresh token comes to. */
const SKEWS: readonly (readonly [seconds: number, status: 200 | 400])[] = [
  [20, 200],
  [-20, 200],
  [-250, 200],
  [45, 400],
  [3600, 400],
  // The token lives for 300 s, and 30 s are forgiven.
  [-345, 400],
  [-90_000, 400],
]

const skew: Fault = {
  name: 'clock-skew',
  promise:
    'clocks 20 s apart do no harm, and tokens of the future or the past are refused, not worse',
  async run(bench) {
    const scene = await bench.scene()
    const [tenant = assert.fail()] = scene.tenants
    for (const [seconds, status] of SKEWS) {
      await scene.clocks.set({ ...RIGHT, identityProvider: seconds * SECOND })
      const order = { ...(await scene.orders.right(tenant)), entitled: status === 200 }
      const dealings = await crowd(scene.client, 20, async () => order)
      assertAnswers(dealings, status)
      await assertReasons(scene, dealings, 'time')
    }
    for (const google of [20, -20]) {
      await scene.clocks.set({ ...RIGHT, google: google * SECOND })
      assertCalm(await crowd(scene.client, 20, scene.orders.any))
    }
    // For a Google that is far behind, the caller's token is of the future.
    await scene.clocks.set({ ...RIGHT, google: -100 * SECOND })
    const denied = await crowd(scene.client, 20, () => scene.orders.right(tenant))
    assertAnswers(denied, 400)
    await assertReasons(scene, denied, 'upstream_denied')

    // The bureau's own clock is set back in mid-flight, and put right again.
    await scene.clocks.set({ ...RIGHT, bureau: -600 * SECOND })
    assertAnswers(await crowd(scene.client, 20, scene.orders.any), 400)
    await scene.clocks.set(RIGHT)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return { clocks: SKEWS.length + 5 }
  },
}

/** What becomes of tokens when clocks differ. */
export const CLOCK_FAULTS: readonly Fault[] = [skew]
