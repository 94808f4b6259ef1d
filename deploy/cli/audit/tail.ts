import { setTimeout as pause } from 'node:timers/promises'
import type { AuditStore, EventFilter, StoredEvent } from '../../../shared/audit/store/store.ts'
import { textOption, UsageError, type Call, type Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { BIGQUERY_HELP } from './bigquery-source.ts'
import { eventLine } from './event-line.ts'
import { FILTER_OPTIONS, filterOf } from './filter-options.ts'
import { openSource } from './source.ts'
import { streamEvents } from './stream-events.ts'

/** Milliseconds between two looks at a store. */
const PACE = 500
/** Milliseconds that a record may take from its time to its commit. */
const LATENESS = 10_000
const MOST_A_LOOK = 500

/** `bureau audit tail`: the newest events, and those that follow. */
export const auditTailCommand: Command = {
  description:
    'Shows the newest events of a store, oldest first, and with --follow those that come. With - it ' +
    'shows events as they come in on standard input: npm start | bureau audit tail - ' +
    `${BIGQUERY_HELP} A table cannot be followed: each look has its price.`,
  positionals: ['FILE|sqlite:PATH|bigquery:PROJECT.DATASET.TABLE|-'],
  options: {
    ...FILTER_OPTIONS,
    lines: {
      type: 'string',
      value: 'N',
      description: 'How many of those that are there, default 20.',
    },
    follow: { type: 'boolean', description: 'Go on with those that come, until Ctrl-C.' },
  },
  examples: ['bureau audit tail sqlite:audit.sqlite --follow --kind refused'],
  async run(call, terminal) {
    const [source = ''] = call.positionals
    const filter = filterOf(call, Date.now())
    const show = (event: StoredEvent) => showEvent(event, call, terminal)
    if (source === '-') {
      for await (const event of streamEvents(filter)) show(event)
      return 0
    }
    if (call.options['follow'] === true && !source.startsWith('sqlite:')) {
      throw new UsageError('--follow needs sqlite:PATH, or - for a stream')
    }
    const store = await openSource(source)
    try {
      const following = call.options['follow'] === true
      // Whoever follows has to know what was there before, shown or not.
      const limit = Math.max(linesOf(call), following ? MOST_A_LOOK : 1)
      const { events } = await store.events(filter, { limit })
      for (const event of events.slice(0, linesOf(call)).toReversed()) show(event)
      if (following) await follow(store, filter, events, show)
    } finally {
      await store.close()
    }
    return 0
  },
}

function showEvent(event: StoredEvent, { options }: Call, terminal: Terminal): void {
  terminal.line(options['json'] === true ? JSON.stringify(event) : eventLine(event, terminal))
}

function linesOf(call: Call): number {
  const text = textOption(call, 'lines') ?? '20'
  if (!/^\d{1,4}$/.test(text)) throw new UsageError('--lines must be a number up to 9999')
  return Number(text)
}

/** Shows what is new at each look; a record that was committed late is not missed. */
async function follow(
  store: AuditStore,
  filter: EventFilter,
  known: readonly StoredEvent[],
  show: (event: StoredEvent) => void,
): Promise<void> {
  const ended = new AbortController()
  process.once('SIGINT', () => ended.abort())
  process.once('SIGTERM', () => ended.abort())
  let seen = new Map(known.map(({ id, time }) => [id, time]))
  let newest = known[0]?.time ?? Date.now()
  while (!ended.signal.aborted) {
    const from = Math.max(newest - LATENESS, filter.from ?? 0)
    const { events } = await store.events({ ...filter, from }, { limit: MOST_A_LOOK })
    for (const event of events.toReversed()) {
      if (seen.has(event.id)) continue
      seen.set(event.id, event.time)
      newest = Math.max(newest, event.time)
      show(event)
    }
    seen = new Map([...seen].filter(([, time]) => time >= newest - LATENESS))
    await pause(PACE, undefined, { signal: ended.signal }).catch(() => undefined)
  }
}
