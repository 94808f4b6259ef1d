import { hash } from 'node:crypto'

/** How much of the values of a record is kept. */
export interface Limits {
  /** UTF-16 units of one value. */
  readonly text: number
  /** Entries of one list. */
  readonly list: number
  /** Recorded claims. */
  readonly claims: number
  /** Whether the rules of an access boundary are kept; otherwise their size and digest are. */
  readonly rules: boolean
}

/** Cuts the values of one record, and remembers whether it had to. */
export interface Clip {
  readonly limits: Limits
  text(value: string): string
  optional(value: string | undefined): string | undefined
  /**
   * Undefined for an empty list: a record holds nothing empty. Of each value `times` as much is kept as
   * of others.
   */
  list(values: readonly string[], times?: number): string[] | undefined
  /** One text that stands for all values: their number, their size in bytes and the start of their SHA-256. */
  digest(values: readonly string[]): string
  clipped(): boolean
}

// A JSON object in base64url starts with `eyJ`; Google's access tokens start with `ya29.`.
const TOKEN_LIKE = /eyJ[\w-]{16,}(?:\.[\w-]*)*|ya29\.[\w.-]{8,}/g

/**
 * Makes any text fit for a record: whatever looks like a token is left out, lone surrogates are
 * replaced, and what exceeds the limit ends in its full size in bytes and the start of its SHA-256.
 */
export function createClip(limits: Limits): Clip {
  let clipped = false
  const text = (value: string, most = limits.text): string => {
    const safe = withoutTokens(value)
    if (safe.length <= most) return safe.toWellFormed()
    clipped = true
    const digest = hash('sha256', value).slice(0, 16)
    const head = safe.slice(0, most).toWellFormed()
    return `${head}…(${Buffer.byteLength(value)} bytes, sha256:${digest})`
  }
  return {
    limits,
    text: (value) => text(value),
    optional: (value) => (value === undefined ? undefined : text(value)),
    list(values, times = 1) {
      if (values.length === 0) return undefined
      const kept = values.slice(0, limits.list).map((value) => text(value, limits.text * times))
      if (values.length <= limits.list) return kept
      clipped = true
      const digest = hash('sha256', JSON.stringify(values)).slice(0, 16)
      return [...kept, `…(${values.length} entries, sha256:${digest})`]
    },
    digest(values) {
      clipped = true
      const json = JSON.stringify(values)
      const start = hash('sha256', json).slice(0, 16)
      return `…(${values.length} entries, ${Buffer.byteLength(json)} bytes, sha256:${start})`
    },
    clipped: () => clipped,
  }
}

function withoutTokens(value: string): string {
  return value.includes('eyJ') || value.includes('ya29.')
    ? value.replace(TOKEN_LIKE, '[token]')
    : value
}
