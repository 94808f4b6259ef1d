import type { Provider } from './provider.ts'

/** A JSON value as a token carries it. */
export type ClaimValue =
  string | number | boolean | null | readonly ClaimValue[] | { readonly [name: string]: ClaimValue }

/** The claims of a token by name; the object has no prototype. */
export type Claims = { readonly [name: string]: ClaimValue }

/** Signature algorithms that Google's federation accepts (RFC 7518 section 3.1). */
export type Algorithm = 'RS256' | 'ES256'

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
