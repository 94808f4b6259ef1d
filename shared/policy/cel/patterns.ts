import { RE2JS } from '@bufbuild/re2'

/** A pattern of `matches`, compiled at load: RE2, so its time is linear in the text. */
export interface Pattern {
  test(text: string): boolean
  /** Units of work that a text of this length may cost. */
  cost(length: number): number
}

/** Characters of a text that is matched; longer ones are no names or subjects. */
export const MAX_MATCHED = 1024

/** Steps of a matcher in a unit of work: as many as take a microsecond at most. */
const STEPS_IN_A_UNIT = 32

/** States that a matcher may remember from one text to the next. */
const MAX_STATES = 512

/** Compiles an RE2 pattern; throws where it is not one. */
export function compilePattern(pattern: string): Pattern {
  let matcher = RE2JS.compile(pattern)
  const instructions = matcher.re2().prog.numInst()
  return {
    test(text) {
      const found = matcher.test(text)
      // Hostile texts would fill the matcher's cache and after a while switch it off for everybody.
      if (matcher.re2().dfa.stateCount > MAX_STATES) matcher = RE2JS.compile(pattern)
      return found
    },
    cost: (length) => Math.ceil(((1 + length) * instructions) / STEPS_IN_A_UNIT),
  }
}
