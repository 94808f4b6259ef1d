import type { Bucket, EventFilter, Timeline } from './store.ts'

/** A stretch of time cut into equal buckets that begin on whole minutes. */
export interface Grid {
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
  /** Milliseconds, whole minutes. */
  readonly bucketLength: number
}

/** How often something happened in one bucket. */
export interface Count {
  /** From 0. */
  readonly bucket: number
  readonly kind: string
  readonly reason: string
  readonly failed: boolean
  readonly count: number
}

const MINUTE = 60_000
const DAY = 86_400_000

/** The grid of a filter's time: the last day before `now` where it names none. */
export function gridOf({ from, until }: EventFilter, buckets: number, now: number): Grid {
  const end = until ?? now
  const begin = from ?? end - DAY
  const start = Math.floor(begin / MINUTE) * MINUTE
  const wanted = Math.max(MINUTE, (end - start) / Math.max(1, buckets))
  return { start, end: Math.max(end, start + 1), bucketLength: Math.ceil(wanted / MINUTE) * MINUTE }
}

/** Puts counts into the buckets of a grid; buckets without any count are there as well. */
export function timelineOf(grid: Grid, counts: readonly Count[]): Timeline {
  const { start, end, bucketLength } = grid
  const byBucket = Map.groupBy(counts, ({ bucket }) => bucket)
  const buckets = Array.from({ length: Math.ceil((end - start) / bucketLength) }, (_, index) =>
    bucketOf(start + index * bucketLength, byBucket.get(index) ?? []),
  )
  return { bucketLength, buckets }
}

function bucketOf(start: number, counts: readonly Count[]): Bucket {
  const sum = (which: (count: Count) => boolean) =>
    counts.filter(which).reduce((total, { count }) => total + count, 0)
  const reasons = new Map<string, number>()
  for (const { kind, reason, count } of counts) {
    if (kind !== 'issued') reasons.set(reason, (reasons.get(reason) ?? 0) + count)
  }
  return {
    start,
    issued: sum(({ kind }) => kind === 'issued'),
    refused: sum(({ kind, failed }) => kind === 'refused' && !failed),
    errors: sum(({ kind, failed }) => kind === 'refused' && failed),
    suppressed: sum(({ kind }) => kind === 'suppressed'),
    reasons: [...reasons]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
  }
}
