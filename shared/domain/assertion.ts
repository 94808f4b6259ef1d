import type { Algorithm, Claims } from './claims.ts'
import type { Provider } from './provider.ts'

/** What verification proved: the claims of one token, and of which provider they speak. */
export interface Assertion {
  readonly provider: Provider
  readonly claims: Claims
  readonly issuer: string
  readonly subject: string
  /** The `aud` value that matched the provider. */
  readonly audience: string
  readonly jti: string | undefined
  readonly algorithm: Algorithm
  readonly kid: string | undefined
  /** Seconds since the epoch (RFC 7519 section 2, NumericDate). */
  readonly issuedAt: number
  /** Seconds since the epoch. */
  readonly expiresAt: number
}
