import { uuidv7 } from '../domain/uuid.ts'
import { acknowledge, type Required } from './acknowledge.ts'
import { startChain } from './chain.ts'
import type { AuditEvent } from './event.ts'
import type { AuditKey } from './key.ts'
import type { Composed } from './record/compose.ts'
import type { Origin } from './record/origin.ts'
import { composeCheckpoint, type Checkpoint } from './record/upkeep.ts'
import type { WatchedSink } from './sinks/watch.ts'

/** The chain of one process and the sinks that it is written to. */
export interface Journal {
  /** Binds an event into the chain and hands it to the sinks; rejects where too few accepted it. */
  append(composed: Composed): Promise<void>
  /** Writes a checkpoint, signed where a key is mounted; nothing where nothing was recorded. */
  checkpoint(position: 'periodic' | 'closing'): Promise<void>
}

/** What a journal is made of. `now` in milliseconds since the epoch. */
export interface JournalOptions {
  readonly origin: Origin
  readonly key: AuditKey
  readonly now: () => number
  readonly sinks: readonly WatchedSink[]
  readonly required: Required
  /** Seconds between checkpoints, as they promise it; undefined for none. */
  readonly interval: number | undefined
}

/** Heads of older chains that an opening names, at most. */
const MOST_PREVIOUS = 4

/** Starts a chain; its opening checkpoint is written just before its first record. */
export function startJournal(options: JournalOptions): Journal {
  const { origin, key, now, sinks, required, interval } = options
  const chain = startChain(uuidv7(now()))
  const previous = sinks.flatMap((sink) => sink.heads ?? []).slice(0, MOST_PREVIOUS)

  const write = ({ event, text }: Composed): Promise<void> =>
    acknowledge(sinks, { event, line: chain.bind(text), chain: chain.id }, required)

  const point = (position: Checkpoint['position'], at = now()): Promise<void> => {
    const signature = key.signer?.sign({
      chain: chain.id,
      seq: chain.next().seq,
      previous: chain.next().previous,
      time: new Date(at).toISOString(),
    })
    const checkpoint: Checkpoint = {
      position,
      interval,
      previous: position === 'opening' ? previous : [],
      sinks: sinks.map((sink) => sink.state()),
      publicKey: key.signer?.publicKey,
      signature,
    }
    return write(composeCheckpoint(checkpoint, origin, at))
  }

  const open = ({ time }: AuditEvent): void => {
    if (chain.next().seq !== 0) return
    // Nobody waits for the opening: the record that follows proves that it was written. It has that
    // record's time, because a later one would put it behind.
    point('opening', Date.parse(time)).catch(() => undefined)
  }

  return {
    append(composed) {
      open(composed.event)
      return write(composed)
    },
    checkpoint: (position) => (chain.next().seq === 0 ? Promise.resolve() : point(position)),
  }
}
