import type { VitalsLine } from '../support/attacks/vitals.ts'
import { assertAnswers, assertCalm } from './expect.ts'
import { crowd, paced } from './load.ts'
import { resourcesOf } from './resources.ts'
import type { Scene } from './scene.ts'

/** Requests at once that bring the heap's young generation to its full size, for good. */
const AT_ONCE = 200

/**
 * Load that brings the bureau's process to the size that it keeps; gives that size in MiB, garbage
 * collected. Without it, growth that V8 allows itself once would be taken for growth under attack.
 */
export async function bringToSize(scene: Scene, line: Pick<VitalsLine, 'memory'>): Promise<number> {
  for (let burst = 0; burst < 4; burst += 1) {
    assertAnswers(await crowd(scene.client, AT_ONCE, scene.orders.any), 200, 400, 503)
  }
  assertCalm(await paced(scene.client, 150, 3, scene.orders.any))
  await line.memory()
  return (await resourcesOf(scene.bureau.pid)).memory
}
