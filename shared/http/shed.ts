import { Refusal } from '../domain/refusal.ts'
import type { InFlight } from './in-flight.ts'

/** When the bureau turns requests away so that those it has taken are answered in time. */
export interface SheddingOptions {
  readonly inFlight: Pick<InFlight, 'size' | 'open'>
  /** Requests that are worked on, at most. */
  readonly most?: number
  /** Requests in flight, at most, those included whose body is still coming. */
  readonly open?: number
  /** Milliseconds by which the event loop may lag. */
  readonly lag?: number
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number
}

const MOST = 250
const OPEN = 1_000
const LAG = 150

/** Below this share of `most` a lag is the machine's doing, and shedding would not help. */
const BUSY = 0.1

const SAMPLE_EVERY = 20

/** The weight of one sample: one long pause sheds nothing, five in a row do. */
const WEIGHT = 0.25

/** Decides whether one more request may be worked on; both ways of no name a second to wait. */
export interface Shedding {
  /** At the door, before anything is read. Throws `Refusal` `overloaded`. */
  admit(): void
  /**
   * Takes a place for a request that was read whole, so that senders who never finish take none.
   * Gives what leaves the place. Throws `Refusal` `overloaded`.
   */
  enter(): () => void
  stop(): void
}

/**
 * Refuses while too much is worked on or open, or while the event loop lags with plenty worked on.
 * The lag is sampled under load alone: a platform that takes the processor away between requests
 * would otherwise look like an overload to the first request after a pause.
 */
export function shedding(options: SheddingOptions): Shedding {
  const { inFlight, clock, most = MOST, open = OPEN, lag = LAG } = options
  let working = 0
  let average = 0
  let sampled = clock()
  let timer: NodeJS.Timeout | undefined

  function sample(): void {
    const at = clock()
    average += WEIGHT * (Math.max(0, at - sampled - SAMPLE_EVERY) - average)
    sampled = at
    if (inFlight.size === 0) stop()
  }
  function start(): void {
    average = 0
    sampled = clock()
    timer = setInterval(sample, SAMPLE_EVERY).unref()
  }
  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }
  return {
    stop,
    admit() {
      if (timer === undefined) start()
      refuseIf(working >= most, 'worked on')
      refuseIf(inFlight.size > open && inFlight.open > open, 'in flight')
      refuseIf(working > most * BUSY && average > lag, 'event loop')
    },
    enter() {
      refuseIf(working >= most, 'worked on')
      working += 1
      let inside = true
      return () => {
        if (inside) working -= 1
        inside = false
      }
    },
  }
}

function refuseIf(overloaded: boolean, detail: string): void {
  if (overloaded) throw new Refusal('overloaded', { detail, retryAfter: 1 })
}
