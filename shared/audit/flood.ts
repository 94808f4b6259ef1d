import type { Reason } from '../domain/refusal.ts'

/** How many refusals of one reason are recorded before the rest are only counted. */
export interface FloodLimits {
  /** Records at once. */
  readonly burst: number
  /** Records a second after that. */
  readonly perSecond: number
}

/** What became of the refusals of one reason since the last account. */
export interface RefusalCount {
  readonly reason: string
  readonly recorded: number
  readonly suppressed: number
}

/** Samples refusals under a flood; every one is counted. */
export interface Flood {
  /** Whether this refusal gets a record of its own. */
  admits(reason: Reason): boolean
  /** The counts of reasons that were sampled since the last call, and forgets them. */
  take(): readonly RefusalCount[]
  /** Gives back counts whose account could not be written. */
  restore(counts: readonly RefusalCount[]): void
}

interface Bucket {
  tokens: number
  filledAt: number
  recorded: number
  suppressed: number
}

/** A bucket a reason, so that a flood of one reason hides no other. `now` in milliseconds. */
export function createFlood({ burst, perSecond }: FloodLimits, now: () => number): Flood {
  const buckets = new Map<string, Bucket>()

  const bucketOf = (reason: string): Bucket => {
    const known = buckets.get(reason)
    if (known !== undefined) return known
    const fresh = { tokens: burst, filledAt: now(), recorded: 0, suppressed: 0 }
    buckets.set(reason, fresh)
    return fresh
  }

  return {
    admits(reason) {
      const bucket = bucketOf(reason)
      const at = now()
      const gained = (Math.max(0, at - bucket.filledAt) / 1000) * perSecond
      bucket.tokens = Math.min(burst, bucket.tokens + gained)
      bucket.filledAt = at
      if (bucket.tokens < 1) {
        bucket.suppressed += 1
        return false
      }
      bucket.tokens -= 1
      bucket.recorded += 1
      return true
    },
    take() {
      const counts = [...buckets].flatMap(([reason, bucket]) => {
        const { recorded, suppressed } = bucket
        bucket.recorded = 0
        bucket.suppressed = 0
        return suppressed === 0 ? [] : [{ reason, recorded, suppressed }]
      })
      return counts.sort((a, b) => (a.reason < b.reason ? -1 : 1))
    },
    restore(counts) {
      for (const { reason, recorded, suppressed } of counts) {
        const bucket = bucketOf(reason)
        bucket.recorded += recorded
        bucket.suppressed += suppressed
      }
    },
  }
}
