/**
 * Units of work in one evaluation: a turn of a macro's loop and one more for every two nodes of its
 * body, an element looked at, 64 characters read or made, 32 instruction steps of a pattern. All of
 * them take some 30 milliseconds at most. Each evaluation has its own, so that the order of grants
 * never decides which of them can be evaluated.
 */
export const EVALUATION_UNITS = 10_000

/** Units in one explanation, which evaluates every sub-expression by itself. */
export const EXPLANATION_UNITS = 40_000

/** How much work an evaluation may still do; evaluations are synchronous and share nothing else. */
export interface Budget {
  /** Throws beyond the budget, from then on always: no operator can absorb that for good. */
  spend(units: number): void
  refill(units: number): void
  exhausted(): boolean
}

/** At most 100 characters, so that records hold all of it. */
export const EXHAUSTED =
  'the evaluation took more work than it may: shorten its loops, lists or patterns'

/** A budget that is empty until it is filled. */
export function createBudget(): Budget {
  let left = 0
  return {
    spend(units) {
      left -= units
      if (left < 0) throw new Error(EXHAUSTED)
    },
    refill(units) {
      left = units
    },
    exhausted: () => left < 0,
  }
}

/** The price of reading or making a text of so many characters. */
export function unitsOf(characters: number): number {
  return Math.ceil(characters / 64)
}
