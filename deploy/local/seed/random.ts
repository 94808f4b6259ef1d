/** Repeatable randomness: the same seed gives the same store. */
export interface Random {
  /** From 0, below 1. */
  next(): number
  pick<T>(choices: readonly [T, ...T[]]): T
  /** Picks by weight; the weights need not add up to 1. */
  weighted<T>(choices: readonly [readonly [T, number], ...(readonly [T, number])[]]): T
}

/** A linear congruential generator on 32 bits: good for made-up traffic, for nothing else. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return {
    next,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    weighted(choices) {
      let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [choice, weight] of choices) {
        left -= weight
        if (left < 0) return choice
      }
      return choices[0][0]
    },
  }
}
