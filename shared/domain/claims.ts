/** A JSON value as a token carries it. */
export type ClaimValue =
  string | number | boolean | null | readonly ClaimValue[] | { readonly [name: string]: ClaimValue }

/** The claims of a token by name; the object has no prototype. */
export type Claims = { readonly [name: string]: ClaimValue }

/** Signature algorithms that Google's federation accepts (RFC 7518 section 3.1). */
export type Algorithm = 'RS256' | 'ES256'
