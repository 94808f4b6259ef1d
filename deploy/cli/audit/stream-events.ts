import { COLUMNS } from '../../../shared/audit/store/columns.ts'
import { rowOf } from '../../../shared/audit/store/row.ts'
import { storedEvent } from '../../../shared/audit/store/stored-event.ts'
import type { EventFilter, StoredEvent } from '../../../shared/audit/store/store.ts'
import { matches } from '../../../shared/audit/store/filter.ts'
import { recordsOf } from './source.ts'

/** The events of standard input that the filter lets through, as they come. */
export async function* streamEvents(filter: EventFilter): AsyncGenerator<StoredEvent> {
  for await (const record of recordsOf('-')) {
    const row = rowOf(record)
    const named = COLUMNS.map(({ name }, position) => [name, row[position]] as const)
    const event = storedEvent(Object.fromEntries(named))
    if (matches(event, filter)) yield event
  }
}
