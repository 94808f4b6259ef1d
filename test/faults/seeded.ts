/** Numbers that look random and are the same for the same seed. */
export interface Seeded {
  /** From 0 up to, not including, 1. */
  readonly next: () => number
  /** A whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number
  /** One of these; throws where there is none. */
  readonly pick: <T>(from: readonly T[]) => T
}

/** SplitMix32: short, and good enough to mix load. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
  const below = (most: number): number => Math.floor(next() * most)
  return {
    next,
    below,
    pick(from) {
      const [one] = from.slice(below(from.length))
      if (one === undefined) throw new RangeError('nothing to pick from')
      return one
    },
  }
}

/** A seed of its own for a name, so that a fault run alone does what it does among the others. */
export function seedOf(seed: number, name: string): number {
  let hash = seed >>> 0
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
