import { setTimeout as wait } from 'node:timers/promises'

/** Looks at something that may change, one at a time. */
export interface Looks {
  /** Looks once, or joins the look that is under way. What the timer calls. */
  check(): Promise<void>
  /**
   * Waits for a look that is overdue, as after the platform took the processor away. At once where none
   * is, and where it began two seconds ago and hangs.
   */
  caughtUp(): Promise<void>
  close(): void
}

/** Milliseconds for which an overdue look is waited for. */
const PATIENCE = 2_000

/** How often and since when; milliseconds, `now` since the epoch. */
export interface LooksOptions {
  readonly now: () => number
  readonly interval: number
  /** Without a look for longer than that, one is overdue; above `interval`, for a timer may be late. */
  readonly overdueAfter: number
}

/** Calls `look` at every interval. */
export function keepLooking(
  look: () => Promise<void>,
  { now, interval, overdueAfter }: LooksOptions,
): Looks {
  let lookedAt = now()
  let running:
    { readonly look: Promise<void>; readonly awaited: Promise<void> | undefined } | undefined

  const overdue = () => now() - lookedAt > overdueAfter
  const settle = async (): Promise<void> => {
    try {
      await look()
    } finally {
      lookedAt = now()
      running = undefined
    }
  }
  const check = (): Promise<void> => {
    if (running === undefined) {
      const late = overdue()
      const one = settle()
      running = { look: one, awaited: late ? atMost(PATIENCE, one) : undefined }
    }
    return running.look
  }

  const timer = setInterval(() => void check(), interval).unref()
  return {
    check,
    async caughtUp() {
      if (running === undefined && overdue()) void check()
      await running?.awaited
    },
    close: () => clearInterval(timer),
  }
}

function atMost(ms: number, one: Promise<void>): Promise<void> {
  return Promise.race([one, wait(ms, undefined, { ref: false })])
}
