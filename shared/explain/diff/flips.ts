import type { Policy } from '../../domain/policy.ts'
import type { Decision } from '../decision.ts'
import type { RecordedRequest } from '../records/recorded.ts'
import { replay } from './replay.ts'

/** Answers that would change alike: who asked for what, how often, and the last such request. */
export interface Flip {
  readonly principal: string
  readonly request: string
  readonly from: Decision
  readonly to: Decision
  readonly count: number
  /** The request id of the last one. */
  readonly example: string
}

/** What became of all records. */
export interface Flips {
  readonly records: number
  readonly same: number
  readonly flips: readonly Flip[]
  /** Records that do not hold what the new policy reads, and the claims that they lack. */
  readonly unknown: { readonly count: number; readonly missing: readonly string[] }
  /** Requests whose token was never verified. */
  readonly unproved: number
  /** Records of yet another policy: they may lack claims that both of these read. */
  readonly strangers: number
}

/** Collects flips, one record after the other. */
export interface FlipCounter {
  add(record: RecordedRequest): void
  result(): Flips
}

/** Counts which recorded answers would be others under the policy `to` than under `from`. */
export function countFlips(from: Policy, to: Policy): FlipCounter {
  const flips = new Map<string, Flip>()
  const missing = new Set<string>()
  const counts = { records: 0, same: 0, unknown: 0, unproved: 0, strangers: 0 }
  return {
    add(record) {
      // The outcome follows each intent and says more.
      if (record.type === 'dev.tokenbureau.intent') return
      counts.records += 1
      if (record.data.unmapped.policy_digest !== from.digest) counts.strangers += 1
      const result = replay(record, from, to)
      if (result.outcome === 'unknown') for (const claim of result.missing) missing.add(claim)
      if (result.outcome !== 'flips') {
        counts[result.outcome] += 1
        return
      }
      const { data, id, subject: principal = 'unknown' } = record
      const request = wordRequest(record)
      const key = JSON.stringify([principal, request, result.from, result.to])
      const example = data.metadata.correlation_uid ?? id
      const count = (flips.get(key)?.count ?? 0) + 1
      flips.set(key, { principal, request, from: result.from, to: result.to, count, example })
    },
    result: () => ({
      records: counts.records,
      same: counts.same,
      flips: [...flips.values()].toSorted((a, b) => b.count - a.count),
      unknown: { count: counts.unknown, missing: [...missing].toSorted() },
      unproved: counts.unproved,
      strangers: counts.strangers,
    }),
  }
}

function wordRequest({ data }: RecordedRequest): string {
  const { asked } = data.unmapped
  if (asked === undefined) return 'nothing'
  const { kind, target, scopes, lifetime, audience } = asked
  return [
    kind === 'id_token' ? `an ID token for ${audience ?? ''}` : 'an access token',
    ...(target === undefined ? [] : [`of ${target}`]),
    ...(scopes === undefined ? [] : [`with ${scopes.join(' ')}`]),
    ...(lifetime === undefined ? [] : [`for ${lifetime} s`]),
  ].join(' ')
}
