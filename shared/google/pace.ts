import { pause } from './pause.ts'

/** The patience of calls and what it is measured with; tests shorten or fix it. */
export interface Pace {
  /** Milliseconds for one try. */
  readonly tryMs: number
  /** Milliseconds for all tries of a call and the waits between them. */
  readonly totalMs: number
  /** Tries of a call, at most. */
  readonly tries: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  /** Waits for milliseconds; returns early where the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

export const USUAL_PACE: Pace = {
  tryMs: 2_500,
  totalMs: 8_000,
  tries: 3,
  now: Date.now,
  elapsed: () => performance.now(),
  random: Math.random,
  sleep: pause,
}
