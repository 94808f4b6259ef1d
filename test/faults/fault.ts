import type { Scene, SceneOptions } from './scene.ts'
import type { Seeded } from './seeded.ts'
import type { Tolerated } from './invariants.ts'

/** What a fault reports besides having been survived, in the order of its columns. */
export type Figures = Readonly<Record<string, string | number>>

/** What a fault is given. */
export interface Bench {
  readonly random: Seeded
  /**
   * Starts the chain. After the fault the bench closes it and judges it by every invariant;
   * `tolerated` are findings that the fault itself puts into the log.
   */
  readonly scene: (options?: SceneOptions, tolerated?: Tolerated) => Promise<Scene>
  /** What is to be let go of once every scene is closed. */
  readonly afterwards: (release: () => Promise<void>) => void
}

/** One fault: what breaks, and what must hold all the same. */
export interface Fault {
  /** What `npm run faults -- NAME` names. */
  readonly name: string
  /** The promise, in one sentence. */
  readonly promise: string
  /** Breaks it and asserts what is particular to it; throws where the promise is not kept. */
  readonly run: (bench: Bench) => Promise<Figures>
}
