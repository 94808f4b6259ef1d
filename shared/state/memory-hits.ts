import type { Store } from 'express-rate-limit'
import { expiringMap } from './expiring-map.ts'

interface Hits {
  totalHits: number
  readonly resetTime: Date
}

/**
 * Hit counters of this instance in fixed windows, one a key. Bounded: a flood of new keys past
 * `capacity` shares one counter, so that it neither takes more memory nor gets around the limit.
 * `now` gives milliseconds since the epoch.
 */
export function memoryHits(now: () => number, capacity: number): Store {
  const counters = expiringMap<Hits>(capacity, now)
  let windowMs = 60_000
  let overflow: Hits = { totalHits: 0, resetTime: new Date(0) }

  function countersOf(key: string): Hits {
    const known = counters.get(key)
    if (known !== undefined) return known
    const fresh = { totalHits: 0, resetTime: new Date(now() + windowMs) }
    if (counters.set(key, fresh, windowMs)) return fresh
    if (overflow.resetTime.getTime() <= now()) overflow = fresh
    return overflow
  }

  return {
    init(options) {
      windowMs = options.windowMs
    },
    increment(key) {
      const hits = countersOf(key)
      hits.totalHits += 1
      return hits
    },
    decrement(key) {
      countersOf(key).totalHits -= 1
    },
    resetKey(key) {
      counters.delete(key)
    },
    localKeys: true,
  }
}
