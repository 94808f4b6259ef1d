import { z } from 'zod'
import { newestRecords } from '../../audit/store/newest-records.ts'
import type { AuditStore, EventFilter } from '../../audit/store/store.ts'
import { jsonIn } from '../record-json.ts'
import { LogActivityData } from '../../audit/schema/upkeep.ts'

/** Records that a sink of an instance did not accept, as its latest checkpoint counts them. */
export interface SinkTrouble {
  readonly instance: string
  readonly sink: string
  readonly records: number
}

/** Milliseconds; every instance that still runs wrote a checkpoint within them. */
const RECENT = 3_600_000
/** Checkpoints that are looked at. */
const MOST = 500

const Checkpoint = z.object({ data: LogActivityData })

/** What the latest checkpoint of each instance that ran within the last hour says of its sinks. */
export async function sinkTroubles(
  store: Pick<AuditStore, 'events' | 'export'>,
  now: number,
): Promise<readonly SinkTrouble[]> {
  const troubles = new Map<string, readonly SinkTrouble[]>()
  const filter: EventFilter = { kinds: ['checkpoint'], from: now - RECENT }
  for await (const { event, record } of newestRecords(store, filter, MOST)) {
    troubles.set(event.chain, troublesIn(record))
  }
  return [...troubles.values()].flat()
}

function troublesIn(record: string): readonly SinkTrouble[] {
  const read = Checkpoint.safeParse(jsonIn(record))
  const { checkpoint, instance = '' } = read.data?.data.unmapped ?? {}
  return (checkpoint?.unacknowledged ?? []).map(({ sink, records }) => ({
    instance,
    sink,
    records,
  }))
}
