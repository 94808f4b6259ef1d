import { Refusal } from '../domain/refusal.ts'
import type { Recorder } from '../domain/world.ts'
import type { Required } from './acknowledge.ts'
import { createFlood, type FloodLimits } from './flood.ts'
import { startJournal } from './journal.ts'
import { composeDecision, type Composed } from './record/compose.ts'
import type { RecordContext } from './record/origin.ts'
import { composePolicy, composeSummary, type PolicyLoad } from './record/upkeep.ts'
import type { Sink } from './sinks/sink.ts'
import { watchSink, type SinkState } from './sinks/watch.ts'

/** The recorder of one process, with what its owner needs besides recording. */
export interface AuditRecorder extends Recorder {
  /** Records that a policy was loaded, or was refused at load. Throws `Refusal` like the others. */
  policy(load: PolicyLoad): Promise<void>
  /** How each sink does: for readiness and the console. */
  sinks(): readonly SinkState[]
  /** Settles once everything recorded so far is acknowledged or has failed. */
  flush(): Promise<void>
  /**
   * Writes the closing checkpoint, flushes and closes the sinks, in at most twice the deadline.
   * Nothing is recorded after it.
   */
  close(): Promise<void>
}

/** How records are made and who must accept them. */
export interface RecorderOptions extends RecordContext {
  readonly sinks: readonly Sink[]
  /** How many sinks must accept a record before the request goes on. Default `any`. */
  readonly required?: Required
  /** Milliseconds that a sink has to accept a record. Default 2,000. */
  readonly deadline?: number
  /** Refusals of one reason that are recorded. Default 1,000 at once, then 200 a second. */
  readonly flood?: FloodLimits
}

/** Milliseconds. */
const DEADLINE = 2000
const FLOOD: FloodLimits = { burst: 1000, perSecond: 200 }
/** Seconds between signed checkpoints. */
const CHECKPOINT_INTERVAL = 60
/** Seconds between the accounts of refusals that were not recorded. */
const SUMMARY_INTERVAL = 10

/**
 * Writes each record into the chain and to every sink. Where too few sinks accept in time the
 * request ends with `Refusal` `audit_unavailable`: no token without its record. Refusals that come
 * in a flood before their token was verified are sampled and counted; what is known of a verified
 * caller never is.
 */
export function createRecorder(options: RecorderOptions): AuditRecorder {
  const { origin, key, now, required = 'any', deadline = DEADLINE } = options
  const sinks = options.sinks.map((sink) => watchSink(sink, deadline, now))
  const interval = key.mounted ? CHECKPOINT_INTERVAL : undefined
  const journal = startJournal({ origin, key, now, sinks, required, interval })
  const flood = createFlood(options.flood ?? FLOOD, now)
  let closed = false

  const append = async (composed: Composed): Promise<void> => {
    if (closed) throw new Refusal('audit_unavailable', { detail: 'the recorder is closed' })
    try {
      await journal.append(composed)
    } catch (cause) {
      throw new Refusal('audit_unavailable', { cause })
    }
  }

  const summarise = async (): Promise<void> => {
    const counts = flood.take()
    if (counts.length === 0) return
    try {
      await journal.append(composeSummary(counts, origin, now()))
    } catch {
      flood.restore(counts)
    }
  }

  const timers = [
    every(SUMMARY_INTERVAL, summarise),
    ...(interval === undefined
      ? []
      : [every(interval, () => journal.checkpoint('periodic').catch(() => undefined))]),
  ]

  return {
    intent: async (trail) => append(composeDecision(trail, { kind: 'intent' }, options)),
    async outcome(trail, status, refusal) {
      if (refusal === undefined) {
        return append(composeDecision(trail, { kind: 'issued', status }, options))
      }
      const sampled = trail.assertion === undefined
      if (sampled && !flood.admits(refusal.reason)) return
      return append(composeDecision(trail, { kind: 'refused', status, refusal }, options))
    },
    policy: (load) => append(composePolicy(load, origin, now())),
    sinks: () => sinks.map((sink) => sink.state()),
    async flush() {
      await Promise.all(sinks.map((sink) => sink.flush()))
    },
    async close() {
      if (closed) return
      closed = true
      for (const timer of timers) clearInterval(timer)
      await summarise()
      await journal.checkpoint('closing').catch(() => undefined)
      // A sink that hangs must not hold up the end of the process.
      const patience = new Promise((resolve) => setTimeout(resolve, deadline).unref())
      await Promise.race([Promise.allSettled(sinks.map((sink) => sink.close())), patience])
    },
  }
}

/** Runs `task` each `seconds` without keeping the process alive. */
function every(seconds: number, task: () => Promise<void>): NodeJS.Timeout {
  return setInterval(() => void task(), seconds * 1000).unref()
}
