import type { SubjectToken } from './secret.ts'

/** Which service account the caller names. */
export type Target =
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'grant'; readonly id: string }
  | { readonly kind: 'provider'; readonly resourceName: string }
  | { readonly kind: 'any' }

/** One rule of a credential access boundary, passed on to Google as it came. */
export interface AccessBoundary {
  readonly accessBoundaryRules: readonly Readonly<Record<string, unknown>>[]
}

/** The caller wants an OAuth 2.0 access token. */
export interface AccessTokenWish {
  readonly kind: 'access_token'
  /** Undefined: the grant's scopes. */
  readonly scopes: readonly string[] | undefined
  /** Seconds. Undefined: the smaller of the grant's limit and 3600. */
  readonly lifetime: number | undefined
  readonly accessBoundary: AccessBoundary | undefined
}

/** The caller wants an OIDC ID token. */
export interface IdTokenWish {
  readonly kind: 'id_token'
  /** The `aud` of the ID token, an absolute URI. */
  readonly audience: string
}

/** A token request (RFC 8693 section 2.1), accepted at the edge and checked in form. */
export interface TokenRequest {
  readonly subjectToken: SubjectToken
  readonly target: Target
  readonly wish: AccessTokenWish | IdTokenWish
}
