import { timeOfUuidv7 } from '../../domain/uuid.ts'
import type { Link } from '../chain.ts'

/** The head of a chain as an earlier verification found it. */
export interface KnownHead extends Link {
  /** RFC 3339; of the newest record of the chain at that time. */
  readonly time?: string | undefined
}

/** How strict a verification is, and what it can hold against. */
export interface VerifyOptions {
  /** Ed25519 public key, base64url of 32 bytes: each checkpoint must carry its signature. */
  readonly publicKey?: string | undefined
  /** Heads that an earlier verification reported: the log must still hold them. */
  readonly heads?: readonly KnownHead[] | undefined
  /** Writers may still run: chains may be open, and the newest intents without an outcome. */
  readonly live?: boolean | undefined
  /** The input begins in mid-chain: what is before its first records is not held against it. */
  readonly partial?: boolean | undefined
  /**
   * Milliseconds since the epoch: the input holds what was written from then on. What is known to be
   * younger must be there from its beginning; the rest is treated as of a partial input.
   */
  readonly since?: number | undefined
  /** Milliseconds since the epoch: what was written from then on is not judged by what it lacks. */
  readonly until?: number | undefined
  /** The input is one that keeps each record once: whoever put it in again is not its writer. */
  readonly once?: boolean | undefined
  /** The input has no order of its own: it was sorted when it was read. */
  readonly sorted?: boolean | undefined
  /** Milliseconds since the epoch; for what `live` takes for recent. */
  readonly now?: number | undefined
  /** Of a SQLite store: compare everything that it answers from with its records. Slower. */
  readonly columns?: boolean | undefined
}

/** What a verification cannot tell, because it was not asked to or has nothing to hold the log to. */
export type Unchecked =
  /** Whether chains are missing whole: no heads were given. */
  | 'missing_chains'
  /** Whether chains that still run were cut off of late. */
  | 'open_tails'
  /** Who wrote the chains: no key was given. */
  | 'signatures'
  /** Whether a store answers as its records say. */
  | 'columns'

/** What these options leave unchecked. */
export function uncheckedBy(options: VerifyOptions): readonly Unchecked[] {
  const { heads = [], live, publicKey, once, columns } = options
  const unchecked: Record<Unchecked, boolean> = {
    missing_chains: heads.length === 0,
    open_tails: live === true,
    signatures: publicKey === undefined,
    columns: once === true && columns !== true,
  }
  return (Object.keys(unchecked) as Unchecked[]).filter((what) => unchecked[what])
}

/**
 * Whether an input may lack what belongs to `id`, a UUIDv7 of a chain or a request: it began before
 * the input does.
 */
export function mayBeginBefore(id: string, { partial, since }: VerifyOptions): boolean {
  if (partial === true) return true
  return since !== undefined && (timeOfUuidv7(id) ?? 0) < since
}

/** Whether a record of this time, RFC 3339, stands between `since` and `until`; one that is no time does. */
export function isWithin(time: string, { since = -Infinity, until = Infinity }: VerifyOptions) {
  const at = Date.parse(time)
  return !(at < since || at >= until)
}

/** Whether an input may lack a head altogether: nothing says that its chain was written since. */
export function mayEndBefore({ chain, time }: KnownHead, options: VerifyOptions): boolean {
  const { partial, since } = options
  if (partial === true) return true
  if (since === undefined || !mayBeginBefore(chain, options)) return false
  return time === undefined || Date.parse(time) < since
}
