/** A map whose entries expire, with a fixed number of places. */
export interface ExpiringMap<V> {
  get(key: string): V | undefined
  /** Keeps `value` for `ttl` milliseconds; false, and nothing kept, where every place is taken. */
  set(key: string, value: V, ttl: number): boolean
  delete(key: string): void
}

/** Milliseconds between two sweeps, and between two tries to make room in a full map. */
const SWEEP_EVERY = 30_000
const SWEEP_WHEN_FULL = 1_000

/**
 * Makes a map of at most `capacity` live entries. A full map refuses new keys rather than forgets
 * old ones: what it holds are promises. `now` gives milliseconds since the epoch.
 */
export function expiringMap<V>(capacity: number, now: () => number): ExpiringMap<V> {
  const entries = new Map<string, { readonly value: V; readonly until: number }>()
  let swept = now()

  function sweep(at: number): void {
    swept = at
    for (const [key, entry] of entries) if (entry.until <= at) entries.delete(key)
  }

  return {
    get(key) {
      const entry = entries.get(key)
      return entry !== undefined && entry.until > now() ? entry.value : undefined
    },
    set(key, value, ttl) {
      const at = now()
      const full = entries.size >= capacity
      if (at - swept >= (full ? SWEEP_WHEN_FULL : SWEEP_EVERY)) sweep(at)
      if (entries.size >= capacity && !entries.has(key)) return false
      entries.set(key, { value, until: at + ttl })
      return true
    },
    delete(key) {
      entries.delete(key)
    },
  }
}
