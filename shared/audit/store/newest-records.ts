import type { AuditStore, EventFilter, ExportedEvent, StoredEvent } from './store.ts'

/** Events of one page; more than anybody reads at once. */
const PAGE = 500

/** The newest `limit` events of a filter, newest first, whatever pages they are on. */
export async function newestEvents(
  store: Pick<AuditStore, 'events'>,
  filter: EventFilter,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = []
  let cursor: string | undefined
  do {
    const page = await store.events(filter, {
      limit: Math.min(PAGE, limit - found.length),
      cursor,
    })
    found.push(...page.events)
    cursor = page.next
  } while (cursor !== undefined && found.length < limit)
  return found
}

/** The newest `limit` events of a filter with their records, in the order of an export. */
export async function* newestRecords(
  store: Pick<AuditStore, 'events' | 'export'>,
  filter: EventFilter,
  limit: number,
): AsyncGenerator<ExportedEvent> {
  if (limit === Number.POSITIVE_INFINITY) {
    yield* store.export(filter)
    return
  }
  const newest = await newestEvents(store, filter, limit)
  const ids = new Set(newest.map(({ id }) => id))
  const from = newest.at(-1)?.time
  if (from === undefined) return
  for await (const found of store.export({ ...filter, from })) {
    if (ids.delete(found.event.id)) yield found
    if (ids.size === 0) return
  }
}
