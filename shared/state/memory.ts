import { Refusal } from '../domain/refusal.ts'
import { expiringMap } from './expiring-map.ts'
import { memoryHits } from './memory-hits.ts'
import type { SharedState } from './shared-state.ts'

/** Places for reservations, for values and for counters: each; some 200 bytes a place. */
const CAPACITY = 100_000

/**
 * State of this instance alone. A full store refuses rather than forgets, and values never take the
 * places of reservations. `now` gives milliseconds since the epoch.
 */
export function memoryState(now: () => number, capacity = CAPACITY): SharedState {
  const reservations = expiringMap<true>(capacity, now)
  const values = expiringMap<string>(capacity, now)
  return {
    store: {
      since: now(),
      async reserve(key, ttl) {
        if (reservations.get(key) === true) return false
        if (!reservations.set(key, true, ttl * 1000)) throw full()
        return true
      },
      async release(key) {
        reservations.delete(key)
      },
      async put(key, value, ttl) {
        if (!values.set(key, value, ttl * 1000)) throw full()
      },
      async get(key) {
        return values.get(key)
      },
    },
    hits: () => memoryHits(now, capacity),
    reachable: async () => true,
    close: async () => {},
  }
}

function full(): Refusal {
  return new Refusal('state_unavailable', { detail: 'the memory store is full' })
}
