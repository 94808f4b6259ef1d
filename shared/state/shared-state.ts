import type { Store } from 'express-rate-limit'
import type { StateStore } from '../domain/world.ts'

/** What instances keep for a short while, alone (`memory`) or together (`redis:`). */
export interface SharedState {
  readonly store: StateStore
  /** A store of hit counters for one rate limit; `prefix` tells limits apart. */
  hits(prefix: string): Store
  /** Whether the store answers. */
  reachable(): Promise<boolean>
  close(): Promise<void>
}

/** What opening a store needs. */
export interface StateOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told of each loss of the connection to a remote store, in words without secrets. */
  readonly onTrouble: (what: string) => void
}
