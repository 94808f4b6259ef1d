import type { AuditRecord } from './event.ts'
import type { Sink } from './sinks/sink.ts'

/** How many sinks must accept a record: `AUDIT_REQUIRED`. */
export type Required = 'any' | 'all' | 'none'

/**
 * Hands a record to every sink and waits for as many as are required. Rejects with the sinks'
 * errors where too few accepted it; a sink that is not waited for still gets the record.
 */
export async function acknowledge(
  sinks: readonly Pick<Sink, 'write'>[],
  record: AuditRecord,
  required: Required,
): Promise<void> {
  const [only, ...others] = sinks
  if (only !== undefined && others.length === 0 && required !== 'none') return only.write(record)
  const written = sinks.map((sink) => sink.write(record))
  if (required === 'all') await Promise.all(written)
  else if (required === 'any') await Promise.any(written)
  else for (const one of written) one.catch(() => undefined)
}
