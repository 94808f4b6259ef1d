import type { Algorithm, Claims } from './claims.ts'
import type { AttributeCondition, Bindings } from './condition.ts'

/** Whose word Google takes for the caller's identity: see the policy file's `exchange`. */
export type ExchangeMode = 'federation' | 'assertion' | 'impersonation'

/** Where a provider's verification keys come from. */
export type KeysFrom =
  | { readonly kind: 'discovery' }
  | { readonly kind: 'jwksUri'; readonly uri: string }
  | { readonly kind: 'jwks'; readonly keys: readonly JsonWebKeyLike[] }

/** One key of a JWK set (RFC 7517 section 4), not yet judged. */
export type JsonWebKeyLike = { readonly [parameter: string]: unknown }

/** What the attribute mapping made of the claims. */
export interface Mapped {
  /** `google.subject`: 1 to 127 bytes of UTF-8. */
  readonly subject: string
  readonly groups: readonly string[]
  readonly attributes: ReadonlyMap<string, string>
  /** The same values in the expression engine's form, for the conditions that follow. */
  readonly bindings: Bindings
}

/** The compiled `attributeMapping` and `attributeCondition` of a provider. */
export interface AttributeRules {
  /**
   * Maps claims, tests the provider's condition, then checks presence, types and sizes: Google's
   * order. Throws `Refusal` with `mapping`, `condition` or `condition_error`.
   */
  apply(claims: Claims): Mapped
  readonly condition: AttributeCondition
  /** Top-level claims that mapping and condition read, sorted; only these are recorded. */
  readonly reads: readonly string[]
}

/** An identity provider whose tokens the bureau takes, compiled from the policy file. */
export interface Provider {
  readonly id: string
  readonly issuer: string
  /** Accepted `aud` values; never empty. */
  readonly audiences: ReadonlySet<string>
  /** `//iam.googleapis.com/projects/N/locations/global/workloadIdentityPools/POOL/providers/P`. */
  readonly resourceName: string | undefined
  readonly exchange: ExchangeMode
  readonly keys: KeysFrom
  readonly algorithms: ReadonlySet<Algorithm>
  /** Seconds between `iat` and now, at most. */
  readonly maxTokenAge: number
  readonly singleUse: boolean
  /** `private` permits the identity provider to live at a private address. */
  readonly network: 'public' | 'private'
  /** PEM file with the certificate authority of an on-prem identity provider. */
  readonly caFile: string | undefined
  readonly attributes: AttributeRules
}
