import type { FetchedKeySet } from './discovery.ts'
import type { KeySet } from './key-set.ts'

/** Milliseconds past its freshness that a set may serve while the identity provider is down. */
const STALE_MS = 3_600_000

/** The share of its freshness after which a set is refreshed ahead. */
const AHEAD = { least: 0.75, most: 0.9 } as const

/** A fetched key set with its times, in milliseconds since the epoch. */
export interface HeldKeySet {
  readonly set: KeySet
  /** When the fetch began, so that an age is never understated. */
  readonly fetchedAt: number
  /** When a request shall refresh it in the background. */
  readonly refreshAt: number
  readonly freshUntil: number
  /** Which of the source's fetches brought it. */
  readonly ordinal: number
}

/** Gives a fetched set its times; `random` (0 to 1) spreads the refreshes of many instances. */
export function hold(
  { set, freshFor }: FetchedKeySet,
  fetch: { readonly at: number; readonly ordinal: number; readonly random: () => number },
): HeldKeySet {
  const share = AHEAD.least + (AHEAD.most - AHEAD.least) * fetch.random()
  return {
    set,
    fetchedAt: fetch.at,
    refreshAt: fetch.at + freshFor * 1_000 * share,
    freshUntil: fetch.at + freshFor * 1_000,
    ordinal: fetch.ordinal,
  }
}

/** A set from the future, after the clock was set back, is neither fresh nor usable. */
export function isFresh(held: HeldKeySet, now: number): boolean {
  return now >= held.fetchedAt && now < held.freshUntil
}

/** Whether the set may still serve if nothing better can be had. */
export function isUsable(held: HeldKeySet, now: number): boolean {
  return now >= held.fetchedAt && now < held.freshUntil + STALE_MS
}
