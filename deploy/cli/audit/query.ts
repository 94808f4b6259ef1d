import { findToken } from '../../../shared/audit/store/find-token.ts'
import { newestEvents, newestRecords } from '../../../shared/audit/store/newest-records.ts'
import type { AuditStore, EventFilter, StoredEvent } from '../../../shared/audit/store/store.ts'
import { csvLine } from '../../../shared/console/csv.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { textOption, UsageError, type Call, type Command } from '../command.ts'
import { TOKEN_HELP, tokenGiven } from '../secret-input.ts'
import type { Terminal } from '../terminal.ts'
import { auditKeyIn } from './audit-key.ts'
import { BIGQUERY_HELP } from './bigquery-source.ts'
import { eventLine } from './event-line.ts'
import { FILTER_OPTIONS, filterOf } from './filter-options.ts'
import { openSource } from './source.ts'

const FORMATS = ['lines', 'json', 'jsonl', 'csv', 'records'] as const
type Format = (typeof FORMATS)[number]

/** `bureau audit query`: events that answer a question. */
export const auditQueryCommand: Command = {
  description:
    'Lists the newest events of a store or a file, newest first; as records, which bureau audit verify ' +
    'reads, in the order in which they were written. With --token and --key it finds ' +
    'what became of a token: the token is fingerprinted here and goes nowhere. ' +
    `${BIGQUERY_HELP} It shows the last 30 days unless --since says otherwise.`,
  positionals: ['FILE|sqlite:PATH|bigquery:PROJECT.DATASET.TABLE'],
  options: {
    ...FILTER_OPTIONS,
    token: { type: 'string', value: 'TOKEN', description: `Find this token: ${TOKEN_HELP}` },
    key: {
      type: 'string',
      value: 'FILE',
      description: 'The audit key that made the fingerprints.',
    },
    limit: { type: 'string', value: 'N', description: 'At most so many, default 50; 0 for all.' },
    format: {
      type: 'string',
      value: 'FORMAT',
      description: 'lines, json, jsonl, csv, or records: each whole, as it was written.',
    },
  },
  examples: [
    'bureau audit query sqlite:audit.sqlite --kind issued --account deployer@acme.iam.gserviceaccount.com --since 24h',
    'bureau audit query sqlite:audit.sqlite --token @leaked.txt --key /secrets/audit.key',
    'bureau audit query records.jsonl --reason replay --format csv > replays.csv',
  ],
  async run(call, terminal) {
    const [source = ''] = call.positionals
    const filter = filterOf(call, Date.now())
    const format = formatOf(call)
    const limit = limitOf(call)
    const store = await openSource(source)
    try {
      const token = textOption(call, 'token')
      if (token === undefined) await list(store, filter, limit, format, terminal)
      else await write(await eventsOfToken(store, call, token), format, terminal)
    } finally {
      await store.close()
    }
    return 0
  },
}

function formatOf(call: Call): Format {
  const asked = textOption(call, 'format') ?? (call.options['json'] === true ? 'json' : 'lines')
  const format = FORMATS.find((known) => known === asked)
  if (format === undefined) throw new UsageError(`--format must be one of ${FORMATS.join(', ')}`)
  return format
}

function limitOf(call: Call): number {
  const text = textOption(call, 'limit') ?? '50'
  if (!/^\d{1,9}$/.test(text)) throw new UsageError('--limit must be a whole number')
  return Number(text) === 0 ? Number.POSITIVE_INFINITY : Number(text)
}

async function list(
  store: AuditStore,
  filter: EventFilter,
  limit: number,
  format: Format,
  terminal: Terminal,
): Promise<void> {
  if (format === 'records') {
    for await (const { record } of newestRecords(store, filter, limit)) terminal.line(record)
    return
  }
  await write(await newestEvents(store, filter, limit), format, terminal)
}

async function eventsOfToken(store: AuditStore, call: Call, given: string) {
  const keyFile = textOption(call, 'key')
  if (keyFile === undefined)
    throw new UsageError('--token needs --key: the key of the fingerprints')
  const key = await auditKeyIn(keyFile)
  const token = new Secret('pasted token', await tokenGiven(given))
  const { issued, presented, otherKey } = await findToken(token, store, key)
  if (otherKey !== undefined) {
    throw new UsageError(
      `nothing can be said of this token: the newest record was made with key ${otherKey}, and --key is key ${key.id}`,
    )
  }
  return [...presented, ...issued].toSorted((a, b) => a.time - b.time)
}

async function write(
  events: readonly StoredEvent[],
  format: Format,
  terminal: Terminal,
): Promise<void> {
  if (format === 'json') terminal.json(events)
  else if (format === 'csv') writeCsv(events, terminal)
  else if (format === 'lines') {
    for (const event of events) terminal.line(eventLine(event, terminal))
    if (events.length === 0) terminal.note('no events')
  } else for (const event of events) terminal.line(JSON.stringify(event))
}

const CSV_COLUMNS = [
  'time',
  'kind',
  'reason',
  'status',
  'issuer',
  'subject',
  'account',
  'grant',
  'tokenKind',
  'tokenAudience',
  'expires',
  'address',
  'policyDigest',
  'requestId',
  'id',
] as const satisfies readonly (keyof StoredEvent)[]

function writeCsv(events: readonly StoredEvent[], terminal: Terminal): void {
  const row = (cells: readonly (string | number | undefined)[]) =>
    terminal.line(csvLine(cells).trimEnd())
  row(CSV_COLUMNS)
  for (const event of events) {
    row(
      CSV_COLUMNS.map((name) =>
        name === 'time' ? new Date(event.time).toISOString() : event[name],
      ),
    )
  }
}
