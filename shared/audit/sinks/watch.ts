import type { AuditRecord } from '../event.ts'
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
  const waiting = new Map<AuditRecord, number>()
  let accepted = 0
  let failed = 0
  let lastError: string | undefined
  let failedAt: number | undefined

  return {
    ...sink,
    async write(record) {
      waiting.set(record, now())
      try {
        await within(sink.write(record), deadline, sink.name)
        accepted += 1
        failedAt = undefined
      } catch (error) {
        failed += 1
        failedAt = now()
        lastError = error instanceof Error ? error.message : String(error)
        throw error
      } finally {
        waiting.delete(record)
      }
    },
    state() {
      const [oldest] = waiting.values()
      return {
        name: sink.name,
        accepted,
        failed,
        waiting: waiting.size,
        lag: oldest === undefined ? 0 : Math.max(0, now() - oldest),
        healthy: failedAt === undefined || now() - failedAt > FORGIVEN,
        lastError,
      }
    },
  }
}

async function within(written: Promise<void>, deadline: number, name: string): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`${name}: no answer in ${deadline} ms`)),
    deadline,
  )
  try {
    await Promise.race([written, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
