/**
 * Units of work in one evaluation: a turn of a macro's loop, an element looked at, 64 characters
 * read or made, 1,024 instruction steps of a pattern. 50,000 units are well under a second.
 */
export const EVALUATION_UNITS = 50_000

/** Units in one explanation, which evaluates every sub-expression by itself. */
export const EXPLANATION_UNITS = 200_000

/** How much work an evaluation may still do; evaluations are synchronous and share nothing else. */
export interface Budget {
  /** Throws beyond the budget, from then on always: no operator can absorb that for good. */
  spend(units: number): void
  refill(units: number): void
  exhausted(): boolean
}

export const EXHAUSTED = 'the evaluation took more than its budget of work'

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
