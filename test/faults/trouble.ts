import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Dealing } from './client.ts'
import { assertCalm } from './expect.ts'
import { crowd, paced } from './load.ts'
import type { Scene } from './scene.ts'

/** The status of the bureau's `/ready`. */
export async function readiness({ bureau }: Scene): Promise<number> {
  const answer = await fetch(`${bureau.url}/ready`)
  await answer.arrayBuffer()
  return answer.status
}

/** Seconds that each of Google's calls takes, so that the trouble finds some under way. */
const CALL = 0.1

/**
 * Load of 50 requests/s with trouble of two seconds in the midst of it, `begin` gives what ends it;
 * afterwards all must be well. Gives the dealings of the load.
 */
export async function troubled(scene: Scene, begin: () => () => void): Promise<readonly Dealing[]> {
  scene.google.faults.latency = CALL
  const load = paced(scene.client, 50, 5, scene.orders.any)
  await wait(1500)
  const end = begin()
  await wait(2000)
  end()
  const dealings = await load
  assertCalm(await crowd(scene.client, 20, scene.orders.any))
  assert.equal(await readiness(scene), 200)
  return dealings
}
