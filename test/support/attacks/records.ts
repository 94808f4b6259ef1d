import { EventEmitter, once } from 'node:events'

/** A line of the log that belongs to a request. */
export interface RecordLine {
  /** `intent`, `issued` or `refused`. */
  readonly decision: string
  readonly reason: string | undefined
  readonly status: number | undefined
  /** The whole line, parsed. */
  readonly entry: Readonly<Record<string, unknown>>
  readonly text: string
}

/** The records of one process by request, as they come. */
export interface Records {
  /** To be given each line of standard output. */
  readonly take: (line: string) => void
  readonly of: (requestId: string) => readonly RecordLine[]
  /** The records of a request, once one with a status is there. */
  readonly outcome: (requestId: string) => Promise<readonly RecordLine[]>
  /** The first record, here or still to come, for which this holds. */
  readonly find: (holds: (record: RecordLine) => boolean) => Promise<RecordLine>
  /** Every line so far, records or not. */
  readonly lines: () => readonly string[]
}

const PREFIX = 'dev.tokenbureau.'
/** Milliseconds that a line may take from one process to the other. */
const PATIENCE = 15_000

/** No records yet. */
export function collectRecords(): Records {
  const lines: string[] = []
  const all: RecordLine[] = []
  const byRequest = new Map<string, RecordLine[]>()
  const news = new EventEmitter().setMaxListeners(0)

  const wait = async (): Promise<void> => {
    await once(news, 'record', { signal: AbortSignal.timeout(PATIENCE) })
  }
  const of = (requestId: string): readonly RecordLine[] => byRequest.get(requestId) ?? []
  return {
    take(line) {
      lines.push(line)
      const record = recordIn(line)
      const id = record?.entry['request_id']
      if (record === undefined || typeof id !== 'string') return
      all.push(record)
      byRequest.set(id, [...of(id), record])
      news.emit('record')
    },
    of,
    async outcome(requestId) {
      while (!of(requestId).some(({ status }) => status !== undefined)) await wait()
      return of(requestId)
    },
    async find(holds) {
      for (;;) {
        const found = all.find(holds)
        if (found !== undefined) return found
        await wait()
      }
    },
    lines: () => lines,
  }
}

function recordIn(line: string): RecordLine | undefined {
  if (!line.startsWith('{')) return undefined
  const entry = JSON.parse(line) as Readonly<Record<string, unknown>>
  const event = entry['event'] as { readonly type?: unknown } | undefined
  if (typeof event?.type !== 'string' || !event.type.startsWith(PREFIX)) return undefined
  const { reason, status } = entry
  return {
    decision: event.type.slice(PREFIX.length),
    reason: typeof reason === 'string' ? reason : undefined,
    status: typeof status === 'number' ? status : undefined,
    entry,
    text: line,
  }
}
