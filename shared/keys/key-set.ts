import type { Algorithm } from '../domain/claims.ts'
import { Refusal } from '../domain/refusal.ts'
import { judgeKey, type SetAsideKey, type UsableKey } from './key-rules.ts'

/** Keys of a set, at most; a longer set is no good answer. */
export const MAX_KEYS = 64

/** A JWK set, judged and imported once. */
export interface KeySet {
  readonly usable: readonly UsableKey[]
  readonly setAside: readonly SetAsideKey[]
  /** Keys for our signatures by kid, usable or rejected: more than one is ambiguous. */
  readonly byKid: ReadonlyMap<string, readonly (UsableKey | SetAsideKey)[]>
}

/**
 * Judges the value of a JWK set's `keys` (RFC 7517 section 5). Throws `Error` with a constant text
 * where it is no array or holds more than 64 keys; an empty one is a good answer.
 */
export function judgeKeySet(keys: unknown): KeySet {
  if (!Array.isArray(keys)) throw new Error('the key set holds no array of keys')
  if (keys.length > MAX_KEYS) throw new Error(`the key set holds more than ${MAX_KEYS} keys`)
  const judged = keys.map(judgeKey)
  return {
    usable: judged.filter((key) => key.verdict === 'usable'),
    setAside: judged.filter((key) => key.verdict !== 'usable'),
    byKid: Map.groupBy(
      judged.filter((key) => key.verdict !== 'foreign' && key.kid !== undefined),
      (key) => key.kid ?? '',
    ),
  }
}

/**
 * The one key for a token's header; undefined where the set does not know the kid, so that a newer
 * set may. Throws `Refusal`: `key_rejected`, `kid_ambiguous`, and `kid` for a key that is there but
 * for something else, or a missing kid where the set holds several usable keys.
 */
export function chooseKey(
  set: KeySet,
  algorithm: Algorithm,
  kid: string | undefined,
): UsableKey | undefined {
  const [key, second] = kid === undefined ? set.usable : (set.byKid.get(kid) ?? [])
  if (second !== undefined) {
    if (kid !== undefined) throw new Refusal('kid_ambiguous', { detail: 'two keys share the kid' })
    throw new Refusal('kid', { detail: 'the token names no kid, and the set holds several keys' })
  }
  if (key === undefined) return absent(set, kid)
  if (key.verdict !== 'usable') throw new Refusal('key_rejected', { detail: key.cause })
  if (key.algorithm !== algorithm) {
    throw new Refusal('kid', { detail: `the key is for ${key.algorithm}` })
  }
  return key
}

/** Nothing, unless a key that was set aside says why. */
function absent({ setAside }: KeySet, kid: string | undefined): undefined {
  const named = setAside.filter((key) => kid === undefined || key.kid === kid)
  const [foreign] = named
  if (foreign === undefined) return undefined
  const rejected = named.find((key) => key.verdict === 'rejected')
  if (rejected !== undefined) throw new Refusal('key_rejected', { detail: rejected.cause })
  throw new Refusal('kid', { detail: foreign.cause })
}
