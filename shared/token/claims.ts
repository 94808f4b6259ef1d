import type { Claims } from '../domain/claims.ts'
import { Refusal } from '../domain/refusal.ts'

/** UTF-16 units of a subject or a token id, at most (OpenID Connect Core section 2). */
const MAX_LENGTH = 255

/** Values in a list of audiences, at most. */
const MAX_AUDIENCES = 100

/**
 * Characters that a reader of a policy or a record cannot see, or that change how the rest looks:
 * controls, line ends, bidirectional marks, zero-width and ignorable ones, surrogates.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u

/** `iss`, to be looked up as it stands: nothing is normalised. Throws `Refusal` `issuer`. */
export function issuerOf({ iss }: Claims): string {
  if (typeof iss !== 'string') throw new Refusal('issuer', { detail: 'iss is not a string' })
  return iss
}

/**
 * The values of `aud`: one string or a list of nothing but strings (RFC 7519 section 4.1.3).
 * Throws `Refusal` `audience`.
 */
export function audiencesOf({ aud }: Claims): readonly string[] {
  const list = Array.isArray(aud) ? aud : [aud]
  const audiences = list.filter((value) => typeof value === 'string')
  if (audiences.length === 0 || audiences.length < list.length || list.length > MAX_AUDIENCES) {
    throw new Refusal('audience', { detail: 'aud is neither a string nor a list of strings' })
  }
  return audiences
}

/** `sub`: 1 to 255 characters, all of them visible. Throws `Refusal` `claims`. */
export function subjectOf({ sub }: Claims): string {
  if (sub === undefined) throw new Refusal('claims', { detail: 'sub is missing' })
  if (typeof sub !== 'string') throw new Refusal('claims', { detail: 'sub is not a string' })
  if (sub === '' || sub.length > MAX_LENGTH) {
    throw new Refusal('claims', { detail: `sub has ${sub.length} characters` })
  }
  if (UNSEEN.test(sub)) throw new Refusal('claims', { detail: 'sub has unseen characters' })
  return sub
}

/**
 * `jti`: 1 to 255 characters where there is one, and `required` where the token counts only once.
 * Throws `Refusal` `claims`.
 */
export function tokenIdOf({ jti }: Claims, required: boolean): string | undefined {
  if (jti === undefined && !required) return undefined
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_LENGTH) {
    throw new Refusal('claims', { detail: `jti is not a string of 1 to ${MAX_LENGTH} characters` })
  }
  return jti
}
