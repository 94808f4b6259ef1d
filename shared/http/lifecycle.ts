import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from '../domain/refusal.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { crashLine, warningLine } from './crash-line.ts'
import type { InFlight } from './in-flight.ts'
import { respondRefusal } from './respond.ts'

/** How a process ends. */
export interface LifecycleOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly inFlight: InFlight
  /** What must be written before the end: the audit first of all. */
  readonly flush: readonly (() => Promise<void>)[]
  /** Writes one line of log at once, before it returns. */
  readonly write: (line: string) => void
  /** Milliseconds given to requests in flight; the platform kills 10 s after its signal. */
  readonly drain?: number
}

const DRAIN = 8_000
const FLUSH = 1_500

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
const CRASHES = ['uncaughtException', 'unhandledRejection'] as const
const EVENTS = [...SIGNALS, ...CRASHES, 'exit'] as const

/**
 * Takes over the end of the process from the functions framework, whose handlers end it with
 * requests in flight, and on a crash write the error's message into the latest answer, whoever
 * that belongs to. The framework registers them in its listen callback: they are replaced on the
 * tick after `listening`, and only if they are there, so that a server in a test's own process
 * changes nothing.
 *
 * SIGTERM and SIGINT: stop accepting, close the connections of answers in flight, wait for them for
 * at most 8 s, flush, exit 0. A crash: one line of severity CRITICAL, exit 1; state that an
 * unforeseen error left behind must vend no token, and nothing in flight is answered. Warnings of
 * Node and of libraries: one line of severity WARNING, without their text.
 */
export function manageLifecycle(server: Server, options: LifecycleOptions): void {
  const before = new Set(EVENTS.flatMap((event) => process.rawListeners(event)))

  server.once('listening', () =>
    process.nextTick(() => {
      const theirs = EVENTS.flatMap((event) =>
        process
          .rawListeners(event)
          .filter((listener) => !before.has(listener))
          .map((listener) => ({ event, listener: listener as () => void })),
      )
      if (theirs.length === 0) return
      for (const { event, listener } of theirs) process.off(event, listener)
      takeOver(server, options)
    }),
  )
}

function takeOver(server: Server, options: LifecycleOptions): void {
  let ending: Promise<void> | undefined
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      ending ??= end(server, options).finally(() => process.exit(0))
    })
  }
  for (const event of CRASHES) {
    process.on(event, (error: unknown) => {
      options.write(crashLine(event, error))
      process.exit(1)
    })
  }
  // Node's own listener prints the message to standard error.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => options.write(warningLine(warning)))
}

async function end(server: Server, options: LifecycleOptions): Promise<void> {
  const { inFlight, flush, now, drain = DRAIN } = options
  inFlight.close()
  server.close()
  await Promise.race([inFlight.idle(), delay(drain)])
  for (const response of inFlight.unanswered()) {
    respondRefusal(response, new Refusal('shutting_down'), uuidv7(now()))
  }
  await Promise.race([Promise.allSettled(flush.map((write) => write())), delay(FLUSH)])
}
