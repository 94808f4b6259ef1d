/** Retries that calls earn: one for ten. */
const EARNED_PER_CALL = 0.1

/** Low traffic may retry as well: so many retries are there unearned, and come back by the second. */
const FLOOR = 20
const FLOOR_PER_SECOND = 2

/** Retries that may be saved up. */
const MOST = 100

/**
 * Bounds the retries to one upstream, so that an outage is not made worse by a threefold load: a
 * token bucket that each call fills by a tenth and each retry empties by one. A retry that was
 * answered gives its token back, because it did its work: scattered errors are always retried,
 * while fruitless retries stay within 10 % of the calls and the floor.
 */
export interface RetryBudget {
  /** One call begins. */
  deposit(): void
  /** Takes one retry; false where none is left. */
  withdraw(): boolean
  /** The retry was answered. */
  refund(): void
}

/** `elapsed`: milliseconds of a clock that never goes back. */
export function createRetryBudget(elapsed: () => number): RetryBudget {
  let balance = FLOOR
  let toppedUp = elapsed()

  function topUp(): void {
    const seconds = (elapsed() - toppedUp) / 1_000
    toppedUp += seconds * 1_000
    if (balance < FLOOR) balance = Math.min(FLOOR, balance + seconds * FLOOR_PER_SECOND)
  }

  function add(retries: number): void {
    balance = Math.min(MOST, balance + retries)
  }

  return {
    deposit() {
      topUp()
      add(EARNED_PER_CALL)
    },
    withdraw() {
      topUp()
      if (balance < 1) return false
      balance -= 1
      return true
    },
    refund: () => add(1),
  }
}
