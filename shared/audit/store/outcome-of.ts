import type { AuditStore } from './store.ts'

/**
 * The record's line that says most about a request: its outcome, else its intent. `id`: the request's,
 * or that of one event, which is then the one. Undefined where there is none.
 */
export async function outcomeOf(
  store: Pick<AuditStore, 'related' | 'event'>,
  id: string,
): Promise<string | undefined> {
  const events = await store.related(id)
  const outcome = events.find(({ kind }) => kind === 'refused' || kind === 'issued') ?? events[0]
  const found = await store.event(outcome?.id ?? id)
  return found?.record
}
