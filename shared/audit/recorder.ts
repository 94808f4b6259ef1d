import { randomUUIDv7 } from 'node:crypto'
import { Refusal } from '../domain/refusal.ts'
import type { Recorder } from '../domain/world.ts'
import { acknowledge, type Required } from './acknowledge.ts'
import { startChain } from './chain.ts'
import { composeDecision, type Composed } from './record/compose.ts'
import type { RecordContext } from './record/origin.ts'
import type { Sink } from './sinks/sink.ts'
import { watchSink, type SinkState } from './sinks/watch.ts'

/** The recorder of one process, with what its owner needs besides recording. */
export interface AuditRecorder extends Recorder {
  /** How each sink does: for readiness and the console. */
  sinks(): readonly SinkState[]
  flush(): Promise<void>
  close(): Promise<void>
}

/** How records are made and who must accept them. */
export interface RecorderOptions extends RecordContext {
  readonly sinks: readonly Sink[]
  /** How many sinks must accept a record before the request goes on. */
  readonly required: Required
  /** Milliseconds that a sink has to accept a record. */
  readonly deadline: number
}

/**
 * Writes each record into the chain and to every sink. Where too few sinks accept in time the
 * request ends with `Refusal` `audit_unavailable`: no token without its record.
 */
export function createRecorder(options: RecorderOptions): AuditRecorder {
  const chain = startChain(randomUUIDv7())
  const sinks = options.sinks.map((sink) => watchSink(sink, options.deadline, options.now))

  const write = async ({ event, text }: Composed): Promise<void> => {
    const record = { event, line: chain.bind(text), chain: chain.id }
    try {
      await acknowledge(sinks, record, options.required)
    } catch (cause) {
      throw new Refusal('audit_unavailable', { cause })
    }
  }

  return {
    intent: (trail) => write(composeDecision(trail, { kind: 'intent' }, options)),
    outcome: (trail, status, refusal) =>
      write(
        composeDecision(
          trail,
          refusal === undefined
            ? { kind: 'issued', status }
            : { kind: 'refused', status, refusal, suppressed: 0 },
          options,
        ),
      ),
    sinks: () => sinks.map((sink) => sink.state()),
    async flush() {
      await Promise.all(sinks.map((sink) => sink.flush()))
    },
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()))
    },
  }
}
