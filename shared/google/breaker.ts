import { createCallWindow, type CallWindow } from './call-window.ts'

/** Calls of the last ten seconds below which nothing is concluded. */
const FEWEST_CALLS = 20

/** Milliseconds that calls are refused before the upstream is probed. */
const OPEN_FOR = 5_000

/** Calls that must be answered, none failing, before the traffic comes back. */
const PROBES = 3

interface Closed {
  readonly kind: 'closed'
  readonly window: CallWindow
}

interface Open {
  readonly kind: 'open'
  readonly until: number
}

interface Probing {
  readonly kind: 'probing'
  admitted: number
  answered: number
}

/** Leave to make one call; it belongs to the state that gave it and means nothing in a later one. */
export type Permit = Closed | Probing

/** How a call ended: the upstream answered (denials included), failed, or was not waited for. */
export type CallEnd = 'answered' | 'failed' | 'abandoned'

/**
 * A circuit breaker: opens for 5 s where half of at least 20 calls in 10 s failed, then admits 3
 * probes; three answers close it, one failure opens it again.
 */
export interface Breaker {
  /** Undefined: refuse the call. Every permit is settled exactly once. */
  admit(): Permit | undefined
  settle(permit: Permit, end: CallEnd): void
  /** Whether calls flow freely: a probe and a call that outlived the closed state do not retry. */
  closed(): boolean
  /** Seconds after which a new call makes sense, at least 1. */
  retryAfter(): number
}

/** `elapsed`: milliseconds of a clock that never goes back. */
export function createBreaker(elapsed: () => number): Breaker {
  let state: Closed | Open | Probing = close()

  function close(): Closed {
    return { kind: 'closed', window: createCallWindow(elapsed) }
  }

  function open(): void {
    state = { kind: 'open', until: elapsed() + OPEN_FOR }
  }

  function settleClosed({ window }: Closed, end: CallEnd): void {
    if (end === 'abandoned') return
    window.add(end === 'failed')
    if (end !== 'failed') return
    const { calls, failures } = window.totals()
    if (calls >= FEWEST_CALLS && failures * 2 >= calls) open()
  }

  function settleProbe(probing: Probing, end: CallEnd): void {
    if (end === 'failed') open()
    else if (end === 'abandoned') probing.admitted -= 1
    else if (++probing.answered === PROBES) state = close()
  }

  return {
    admit() {
      if (state.kind === 'closed') return state
      if (state.kind === 'open') {
        if (elapsed() < state.until) return undefined
        state = { kind: 'probing', admitted: 0, answered: 0 }
      }
      if (state.admitted === PROBES) return undefined
      state.admitted += 1
      return state
    },
    settle(permit, end) {
      if (permit !== state) return
      if (permit.kind === 'closed') settleClosed(permit, end)
      else settleProbe(permit, end)
    },
    closed: () => state.kind === 'closed',
    retryAfter() {
      const wait = state.kind === 'open' ? state.until - elapsed() : 0
      return Math.max(1, Math.ceil(wait / 1_000))
    },
  }
}
