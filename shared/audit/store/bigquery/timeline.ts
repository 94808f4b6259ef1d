import { z } from 'zod'
import { gridOf, timelineOf, type Count, type Grid } from '../buckets.ts'
import { isOfMinutes } from '../filter.ts'
import type { NamedRow } from '../stored-event.ts'
import type { EventFilter, Timeline } from '../store.ts'
import type { ReadRows } from './run-query.ts'
import { scopeOf } from './scope.ts'

const Refusals = z.array(z.object({ reason: z.string(), suppressed: z.number() }))

/** Counts by time, of the filter's time or the last day before `now`. */
export async function timeline(
  read: ReadRows,
  table: string,
  filter: EventFilter,
  buckets: number,
  now: number,
): Promise<Timeline> {
  const grid = gridOf(filter, buckets, now)
  const counted = await eventCounts(read, table, filter, grid)
  if (!isOfMinutes(filter)) return timelineOf(grid, counted)
  return timelineOf(grid, [...counted, ...(await suppressedCounts(read, table, filter, grid))])
}

async function eventCounts(
  read: ReadRows,
  table: string,
  filter: EventFilter,
  { start, end, bucketLength }: Grid,
): Promise<Count[]> {
  const window = { from: start, until: end }
  const columns = ['time_ms', 'kind', 'reason', 'status']
  const { sql, values } = scopeOf(table, columns, window, filter, "kind IN ('issued', 'refused')")
  const rows = await read(
    `SELECT DIV(time_ms - @start, @length) AS bucket, kind, reason, status, COUNT(*) AS n
     FROM ${sql} GROUP BY 1, 2, 3, 4`,
    { ...values, start, length: bucketLength },
  )
  return rows.map((row) => ({
    bucket: Number(row['bucket']),
    kind: String(row['kind']),
    reason: typeof row['reason'] === 'string' ? row['reason'] : '',
    failed: Number(row['status'] ?? 0) >= 500,
    count: Number(row['n']),
  }))
}

/** Refusals that floods left without records, from their accounts. */
async function suppressedCounts(
  read: ReadRows,
  table: string,
  { kinds, reason, errors }: EventFilter,
  { start, end, bucketLength }: Grid,
): Promise<Count[]> {
  if (errors === true || kinds?.includes('refused') === false) return []
  const window = { from: start, until: end }
  const { sql, values } = scopeOf(table, ['time_ms', 'refusals'], window, { kinds: ['summary'] })
  const rows = await read(`SELECT time_ms, refusals FROM ${sql}`, values)
  return rows
    .flatMap((row) => {
      const bucket = Math.floor((Number(row['time_ms']) - start) / bucketLength)
      return refusalsOf(row).map((left) => ({
        bucket,
        kind: 'suppressed',
        reason: left.reason,
        failed: false,
        count: left.suppressed,
      }))
    })
    .filter((count) => reason === undefined || count.reason === reason)
}

function refusalsOf(row: NamedRow): z.infer<typeof Refusals> {
  const { refusals } = row
  return typeof refusals === 'string' ? Refusals.parse(JSON.parse(refusals)) : []
}
