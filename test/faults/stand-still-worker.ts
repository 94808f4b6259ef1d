import { workerData } from 'node:worker_threads'

/** Milliseconds between two looks at the clock. */
const TICK = 20

const longest = workerData as Int32Array
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  const late = Math.round(now - last - TICK)
  last = now
  if (late > Atomics.load(longest, 0)) Atomics.store(longest, 0, late)
}, TICK)
