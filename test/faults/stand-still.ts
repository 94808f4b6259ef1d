import { Worker } from 'node:worker_threads'

/** Tells how long the machine stood still at a time, in milliseconds. */
export interface StandStill {
  /** The longest since the last call. */
  readonly longest: () => number
  readonly close: () => Promise<number>
}

/**
 * Watches for moments in which nothing runs, as on a virtual machine that its host suspends: a thread
 * that does nothing but look at the clock. A busy process does not look like one.
 */
export function watchStandStill(): StandStill {
  const shared = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(new URL('./stand-still-worker.ts', import.meta.url), {
    workerData: shared,
    execArgv: [],
  })
  worker.unref()
  return {
    longest: () => Atomics.exchange(shared, 0, 0),
    close: () => worker.terminate(),
  }
}
