import { setTimeout as wait } from 'node:timers/promises'
import type { Fault, Figures } from './fault.ts'
import { breachesOf, type Tolerated } from './invariants.ts'
import { startScene, type Scene } from './scene.ts'
import { seeded, seedOf } from './seeded.ts'

/** How a fault went. */
export interface Result {
  readonly fault: Fault
  /** What did not hold, a line each; none: the fault was survived. */
  readonly problems: readonly string[]
  readonly figures: Figures
  /** Requests that were sent. */
  readonly requests: number
  readonly seconds: number
}

/** Milliseconds that one fault may take before it counts as failed. */
const PATIENCE = 150_000

/** Runs one fault, then judges each of its scenes by every invariant. */
export async function runFault(fault: Fault, seed: number): Promise<Result> {
  const random = seeded(seedOf(seed, fault.name))
  const started = performance.now()
  const scenes: { readonly scene: Scene; readonly tolerated: Tolerated }[] = []
  const releases: (() => Promise<void>)[] = []
  const problems: string[] = []
  let figures: Figures = {}
  const trying = async (what: () => Promise<void>): Promise<void> => {
    try {
      await what()
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }

  await trying(async () => {
    const late = new AbortController()
    const tooLong = wait(PATIENCE, undefined, { signal: late.signal }).then(() => {
      throw new Error(`not done after ${PATIENCE / 1000} s`)
    })
    const run = fault.run({
      random,
      async scene(options, tolerated = []) {
        const scene = await startScene(random, options)
        scenes.push({ scene, tolerated })
        return scene
      },
      afterwards: (release) => void releases.push(release),
    })
    figures = await Promise.race([run, tooLong]).finally(() => late.abort())
  })
  for (const { scene } of scenes) await trying(scene.close)
  for (const { scene, tolerated } of scenes) problems.push(...breachesOf(scene, tolerated))
  for (const { scene } of scenes) await trying(scene.forget)
  for (const release of releases) await trying(release)
  const requests = scenes.reduce((sum, { scene }) => sum + scene.client.dealings().length, 0)
  return { fault, problems, figures, requests, seconds: (performance.now() - started) / 1000 }
}
