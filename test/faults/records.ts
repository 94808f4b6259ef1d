import { DatabaseSync } from 'node:sqlite'
import type { AuditEvent } from '../../shared/audit/event.ts'
import type { AuthenticationData } from '../../shared/audit/schema/authentication.ts'

/** One record of a request. */
export interface Recorded {
  readonly kind: 'intent' | 'issued' | 'refused'
  readonly requestId: string
  /** Of a refusal. */
  readonly reason: string | undefined
  readonly data: AuthenticationData
  /** The line as it was written. */
  readonly line: string
}

/** Records by request. */
export interface RecordBook {
  /** Takes a line of output or of a store; lines that are no record of a request are left out. */
  readonly take: (line: string) => void
  readonly all: () => readonly Recorded[]
  readonly of: (requestId: string) => readonly Recorded[]
}

/** An empty book. */
export function createRecordBook(): RecordBook {
  const all: Recorded[] = []
  const byRequest = new Map<string, Recorded[]>()
  return {
    take(line) {
      const recorded = recordIn(line)
      if (recorded === undefined) return
      const known = byRequest.get(recorded.requestId) ?? []
      // Some transports deliver a record more than once.
      if (known.some((one) => one.line === line)) return
      all.push(recorded)
      byRequest.set(recorded.requestId, [...known, recorded])
    },
    all: () => all,
    of: (requestId) => byRequest.get(requestId) ?? [],
  }
}

/** The lines of a scene's SQLite store, in the order in which they were written. */
export function linesOfStore({ store }: { readonly store: string }): readonly string[] {
  const db = new DatabaseSync(store, { readOnly: true })
  try {
    return db
      .prepare('SELECT record FROM records ORDER BY seq')
      .all()
      .map(({ record }) => String(record))
  } finally {
    db.close()
  }
}

/** The record in a line: the line itself, or what a log entry holds under `event`. */
function recordIn(line: string): Recorded | undefined {
  if (!line.startsWith('{')) return undefined
  const parsed = JSON.parse(line) as AuditEvent | { readonly event?: AuditEvent }
  const event = 'specversion' in parsed ? parsed : parsed.event
  if (event?.data.class_uid !== 3002) return undefined
  const { data } = event
  return {
    kind: data.unmapped.decision,
    requestId: data.metadata.correlation_uid ?? '',
    reason: data.status_code,
    data,
    line,
  }
}
