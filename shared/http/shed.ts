import { Refusal } from '../domain/refusal.ts'
import type { InFlight } from './in-flight.ts'

/** When the bureau turns requests away so that those it has taken are answered in time. */
export interface SheddingOptions {
  readonly inFlight: Pick<InFlight, 'size'>
  /** Requests in flight, at most. */
  readonly most?: number
  /** Milliseconds by which the event loop may lag. */
  readonly lag?: number
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number
}

const MOST = 250
const LAG = 150

/** Below this share of `most` a lag is the machine's doing, and shedding would not help. */
const BUSY = 0.1

const SAMPLE_EVERY = 20

/** The weight of one sample: one long pause sheds nothing, five in a row do. */
const WEIGHT = 0.25

/** Decides whether one more request may be worked on. */
export interface Shedding {
  /** Throws `Refusal` `overloaded`, with a second of `Retry-After`. */
  admit(): void
  stop(): void
}

/**
 * Refuses while too much is in flight, or while the event loop lags with plenty in flight. The lag
 * is sampled under load alone: a platform that takes the processor away between requests would
 * otherwise look like an overload to the first request after a pause.
 */
export function shedding(options: SheddingOptions): Shedding {
  const { inFlight, clock, most = MOST, lag = LAG } = options
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
      const { size } = inFlight
      if (size > most) throw new Refusal('overloaded', { detail: 'in flight', retryAfter: 1 })
      if (size > most * BUSY && average > lag) {
        throw new Refusal('overloaded', { detail: 'event loop', retryAfter: 1 })
      }
    },
  }
}
