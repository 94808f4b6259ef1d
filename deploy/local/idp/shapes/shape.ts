import type { Claims } from '../../../../shared/domain/claims.ts'

/** A kind of issuer: the claims that its tokens carry, consistent with those that are given. */
export interface Shape {
  /** Seconds that the real issuer's tokens live by default. */
  readonly lifetime: number
  /** The audience that the real issuer puts in where none is asked for. */
  readonly audience: string | readonly string[]
  /** Every claim but `iss`, `aud`, `iat`, `nbf` and `exp`; `id` is fresh, for `jti`. */
  readonly claims: (given: Claims, id: string) => Claims
}

/** A claim as text, from those given or by default. */
export function textOf(given: Claims, name: string, otherwise: string): string {
  const value = given[name]
  return typeof value === 'string' ? value : otherwise
}
