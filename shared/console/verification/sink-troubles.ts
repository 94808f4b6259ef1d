import { z } from 'zod'
import type { AuditStore } from '../../audit/store/store.ts'
import { LogActivityData } from '../../audit/schema/upkeep.ts'

/** Records that a sink of an instance did not accept, as its latest checkpoint counts them. */
export interface SinkTrouble {
  readonly instance: string
  readonly sink: string
  readonly records: number
}

/** Checkpoints that are looked at: several instances write one a minute each. */
const CHECKPOINTS = 20

const Checkpoint = z.object({ data: LogActivityData })

/** What the latest checkpoint of each instance says of its sinks. */
export async function sinkTroubles(store: AuditStore): Promise<readonly SinkTrouble[]> {
  const { events } = await store.events({ kinds: ['checkpoint'] }, { limit: CHECKPOINTS })
  const latest = new Map(events.toReversed().map((event) => [event.chain, event]))
  const records = await Promise.all([...latest.values()].map(({ id }) => store.event(id)))
  return records.flatMap((found) => {
    const read = Checkpoint.safeParse(found === undefined ? {} : JSON.parse(found.record))
    const { checkpoint, instance = '' } = read.data?.data.unmapped ?? {}
    return (checkpoint?.unacknowledged ?? []).map((one) => ({ instance, ...one }))
  })
}
