import type { Algorithm } from '../domain/claims.ts'
import { Refusal } from '../domain/refusal.ts'
import type { VerificationKey } from '../domain/world.ts'
import type { FetchedKeySet } from './discovery.ts'
import { hold, isFresh, isUsable, type HeldKeySet } from './held-key-set.ts'
import { chooseKey } from './key-set.ts'

/** Milliseconds between two fetches that a failure or an unknown kid asks for. */
export const COOLDOWN_MS = 10_000

/** Milliseconds after a refetch that brought the kid it was made for. */
const COOLDOWN_AFTER_FIND_MS = 1_000

/** Milliseconds for which one failed fetch counts as an outage that no request waits for again. */
const OUTAGE_MS = 30_000

/** What one source of keys looks like from outside. */
export interface KeySourceState {
  readonly issuer: string
  /** Milliseconds since the epoch; undefined: never. */
  readonly fetchedAt: number | undefined
  /** How many keys may verify, and how many were set aside. */
  readonly usable: number
  readonly setAside: number
  /** Whether the keys are past their freshness. */
  readonly stale: boolean
  /** Why the latest fetch failed, a constant text; undefined: it did not. */
  readonly lastError: string | undefined
}

/** What a source of keys needs of the outside. */
export interface KeySourceOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** 0 to 1: spreads the refreshes of many instances. */
  readonly random: () => number
  /** Told after each fetch, good or failed; must not throw. */
  readonly onFetch?: ((state: KeySourceState) => void) | undefined
}

/** The keys of one issuer from one place. */
export interface KeySource {
  /** As `KeyStore.find`. */
  find(algorithm: Algorithm, kid: string | undefined): Promise<VerificationKey>
  state(): KeySourceState
  /** Whether forgetting the source loses nothing: no usable keys, no fetch, no cooldown. */
  isSpent(): boolean
}

/**
 * Keeps one issuer's key set: one fetch at a time, refreshed in the background before its freshness
 * ends, stale for at most an hour while the identity provider is down. A good answer replaces the
 * set whole, an empty one too.
 *
 * An unknown kid asks for a fetch at most once per 10 seconds, so that made-up kids cost the
 * identity provider next to nothing; a refetch that brings its kid shortens that to one second. So
 * a provider that rotates abruptly loses no request; and one that publishes each key at least 10
 * seconds before its first use loses none even under a flood of made-up kids.
 */
export function createKeySource(
  issuer: string,
  fetch: () => Promise<FetchedKeySet>,
  { now, random, onFetch }: KeySourceOptions,
): KeySource {
  let held: HeldKeySet | undefined
  let failure: { readonly at: number; readonly text: string } | undefined
  let underWay: Promise<void> | undefined
  let fetches = 0
  let look: { readonly at: number; readonly pause: number } | undefined

  async function attempt(): Promise<void> {
    const at = now()
    fetches += 1
    try {
      held = hold(await fetch(), { at, ordinal: fetches, random })
      failure = undefined
    } catch (error) {
      failure = { at, text: error instanceof Error ? error.message : 'the fetch failed' }
    }
    underWay = undefined
    onFetch?.(state())
  }

  /** Joins the fetch under way or starts one; never rejects. */
  function refetch(): Promise<void> {
    underWay ??= attempt()
    return underWay
  }

  const failedWithin = (span: number): boolean =>
    failure !== undefined && isWithin(now(), failure.at, span)

  /** The set to judge by. Waits only where there is none, or none fresh and no known outage. */
  async function current(): Promise<HeldKeySet> {
    const mayFetch = !failedWithin(COOLDOWN_MS)
    const serves = held !== undefined && (isFresh(held, now()) || failedWithin(OUTAGE_MS))
    if (held !== undefined && serves && isUsable(held, now())) {
      if (mayFetch && (failure !== undefined || now() >= held.refreshAt)) void refetch()
      return held
    }
    if (mayFetch) await refetch()
    if (held !== undefined && isUsable(held, now())) return held
    throw unavailable()
  }

  function choose(algorithm: Algorithm, kid: string | undefined): VerificationKey | undefined {
    const key = held === undefined ? undefined : chooseKey(held.set, algorithm, kid)
    if (held === undefined || key === undefined) return undefined
    const ageSeconds = Math.max(0, Math.floor((now() - held.fetchedAt) / 1_000))
    return { key: key.key, kid: key.kid, ageSeconds, stale: !isFresh(held, now()) }
  }

  async function find(algorithm: Algorithm, kid: string | undefined): Promise<VerificationKey> {
    const fetchesBefore = fetches
    await current()
    const found = choose(algorithm, kid) ?? (await lookAgain(algorithm, kid, fetchesBefore))
    if (found !== undefined) return found
    if (failure !== undefined) throw unavailable()
    throw new Refusal('kid', { detail: 'no key of the issuer has the kid' })
  }

  /** For a kid that the set does not know: a set that is under way, or a new one if it is time. */
  async function lookAgain(
    algorithm: Algorithm,
    kid: string | undefined,
    fetchesBefore: number,
  ): Promise<VerificationKey | undefined> {
    if (underWay !== undefined) {
      await underWay
      return choose(algorithm, kid) ?? (await lookAgain(algorithm, kid, fetchesBefore))
    }
    const at = now()
    const paused = look !== undefined && isWithin(at, look.at, look.pause)
    if (paused || failedWithin(COOLDOWN_MS)) return undefined
    look = { at, pause: COOLDOWN_MS }
    // A set that was fetched after the request came is as new as any.
    if (held !== undefined && held.ordinal > fetchesBefore) return undefined
    await refetch()
    const found = choose(algorithm, kid)
    if (found !== undefined) look = { at, pause: COOLDOWN_AFTER_FIND_MS }
    return found
  }

  function unavailable(): Refusal {
    const left = (failure?.at ?? now()) + COOLDOWN_MS - now()
    const retryAfter = Math.min(Math.max(Math.ceil(left / 1_000), 1), COOLDOWN_MS / 1_000)
    const detail = `the keys of ${issuer}: ${failure?.text ?? 'none'}`
    return new Refusal('provider_unavailable', { detail, retryAfter })
  }

  function state(): KeySourceState {
    return {
      issuer,
      fetchedAt: held?.fetchedAt,
      usable: held?.set.usable.length ?? 0,
      setAside: held?.set.setAside.length ?? 0,
      stale: held !== undefined && !isFresh(held, now()),
      lastError: failure?.text,
    }
  }

  const isSpent = (): boolean =>
    underWay === undefined &&
    !failedWithin(COOLDOWN_MS) &&
    (held === undefined || !isUsable(held, now()))

  return { find, state, isSpent }
}

/** Whether `at` lies within `span` after `start`; a clock set back ends every span. */
function isWithin(at: number, start: number, span: number): boolean {
  return at >= start && at - start < span
}
