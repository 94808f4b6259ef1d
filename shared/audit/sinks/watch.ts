import type { AuditRecord } from '../event.ts'
import { keepDeadlines, type Waiting } from './deadline.ts'
import type { Sink } from './sink.ts'

/** How a sink does. */
export interface SinkState {
  readonly name: string
  readonly accepted: number
  readonly failed: number
  /** Records that were handed over and neither accepted nor failed yet. */
  readonly waiting: number
  /** Milliseconds that the oldest of those waits. */
  readonly lag: number
  /**
   * Whether the last record that settled was accepted; true before the first, and again where none
   * was tried for a while: a readiness that turned requests away for ever could never be mended.
   */
  readonly healthy: boolean
  readonly lastError: string | undefined
}

/** A sink with a deadline and figures. */
export interface WatchedSink extends Sink {
  state(): SinkState
}

/** Milliseconds after a failure in which the sink counts as failing. */
const FORGIVEN = 10_000

/** Gives each write `deadline` milliseconds and counts what became of it. `now` in milliseconds. */
export function watchSink(sink: Sink, deadline: number, now: () => number): WatchedSink {
  let accepted = 0
  let failed = 0
  let lastError: string | undefined
  let failedAt: number | undefined

  const fail = (waiting: Waiting, error: unknown): void => {
    failed += 1
    failedAt = now()
    lastError = error instanceof Error ? error.message : String(error)
    waiting.reject(error)
  }
  const deadlines = keepDeadlines(deadline, (waiting) =>
    fail(waiting, new Error(`${sink.name}: no answer in ${deadline} ms`)),
  )

  const hand = async (record: AuditRecord, waiting: Waiting): Promise<void> => {
    try {
      await sink.write(record)
      if (!deadlines.settle(waiting)) return
      accepted += 1
      failedAt = undefined
      waiting.resolve()
    } catch (error) {
      if (deadlines.settle(waiting)) fail(waiting, error)
    }
  }

  return {
    ...sink,
    write(record) {
      return new Promise((resolve, reject) => {
        const waiting: Waiting = { since: now(), resolve, reject }
        deadlines.add(waiting)
        void hand(record, waiting)
      })
    },
    state() {
      const oldest = deadlines.oldest()
      return {
        name: sink.name,
        accepted,
        failed,
        waiting: deadlines.count(),
        lag: oldest === undefined ? 0 : Math.max(0, now() - oldest.since),
        healthy: failedAt === undefined || now() - failedAt > FORGIVEN,
        lastError,
      }
    },
  }
}
