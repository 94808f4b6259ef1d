import type { DatabaseSync } from 'node:sqlite'
import { gridOf, timelineOf, type Count, type Grid } from '../buckets.ts'
import { isOfMinutes, whereOf } from '../filter.ts'
import type { NamedRow } from '../stored-event.ts'
import type { EventFilter, Timeline } from '../store.ts'

/** Counts by time; from the counts of each minute where those suffice. */
export function timeline(
  db: DatabaseSync,
  filter: EventFilter,
  buckets: number,
  now: number,
): Timeline {
  const grid = gridOf(filter, buckets, now)
  if (!isOfMinutes(filter)) return timelineOf(grid, eventCounts(db, filter, grid))
  const suppressed = suppressedCounts(db, filter, grid)
  return timelineOf(grid, [...minuteCounts(db, filter, grid), ...suppressed])
}

function minuteCounts(
  db: DatabaseSync,
  filter: EventFilter,
  { start, end, bucketLength }: Grid,
): Count[] {
  const { sql, parameters } = whereOf({ ...filter, from: undefined, until: undefined })
  return db
    .prepare(
      `SELECT CAST((minute * 60000 - @start) / @length AS INTEGER) AS bucket, kind, reason, status >= 500 AS failed,
              sum(n) AS count
       FROM minutes
       WHERE minute >= @start / 60000 AND minute < (@end + 59999) / 60000
         AND kind IN ('issued', 'refused') AND ${sql}
       GROUP BY 1, 2, 3, 4`,
    )
    .all({ ...parameters, start, end, length: bucketLength })
    .map(countOf)
}

function eventCounts(db: DatabaseSync, filter: EventFilter, grid: Grid): Count[] {
  const { sql, parameters } = whereOf({ ...filter, from: grid.start, until: grid.end })
  return db
    .prepare(
      `SELECT CAST((event_time - @start) / @length AS INTEGER) AS bucket, kind, reason, status >= 500 AS failed,
              count(*) AS count
       FROM events WHERE ${sql} AND kind IN ('issued', 'refused')
       GROUP BY 1, 2, 3, 4`,
    )
    .all({ ...parameters, start: grid.start, length: grid.bucketLength })
    .map(countOf)
}

/** Refusals that floods left without records, from their accounts. */
function suppressedCounts(
  db: DatabaseSync,
  { kinds, reason, errors }: EventFilter,
  { start, end, bucketLength }: Grid,
): Count[] {
  if (errors === true || kinds?.includes('refused') === false) return []
  const rows = db
    .prepare(
      `SELECT CAST((e.time_ms - @start) / @length AS INTEGER) AS bucket, 'suppressed' AS kind,
              json_extract(c.value, '$.reason') AS reason, 0 AS failed,
              sum(json_extract(c.value, '$.suppressed')) AS count
       FROM entries e JOIN records r USING (seq),
            json_each(r.record, '$.data.unmapped.refusals') c
       WHERE e.kind = 'summary' AND e.time_ms >= @start AND e.time_ms < @end
       GROUP BY 1, 3`,
    )
    .all({ start, end, length: bucketLength })
  return rows.map(countOf).filter((count) => reason === undefined || count.reason === reason)
}

function countOf(row: NamedRow): Count {
  return {
    bucket: Number(row['bucket']),
    kind: String(row['kind']),
    reason: typeof row['reason'] === 'string' ? row['reason'] : '',
    failed: row['failed'] === 1,
    count: Number(row['count']),
  }
}
