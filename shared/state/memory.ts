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
  const began = Math.floor(now() / 1000)
  const reservations = expiringMap<symbol>(capacity, now)
  const values = expiringMap<string>(capacity, now)
  return {
    store: {
      async reserve(key, ttl, madeAt) {
        if (madeAt < began) return 'forgotten'
        if (reservations.get(key) !== undefined) return 'taken'
        const mine = Symbol(key)
        if (!reservations.set(key, mine, ttl * 1000)) throw full()
        return async () => {
          if (reservations.get(key) === mine) reservations.delete(key)
        }
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
