import type { AccessBoundary } from './token-request.ts'
import type { Grant } from './grant.ts'
import type { Principal } from './principal.ts'
import type { AccountToken } from './secret.ts'

/** Exactly what Google will be asked to mint: an access token. */
export interface AccessTokenOrder {
  readonly kind: 'access_token'
  readonly scopes: readonly string[]
  /** Seconds. */
  readonly lifetime: number
  readonly accessBoundary: AccessBoundary | undefined
}

/** Exactly what Google will be asked to mint: an ID token. */
export interface IdTokenOrder {
  readonly kind: 'id_token'
  readonly audience: string
  readonly includeEmail: boolean
}

/** The decision: this principal gets this, by this grant. Only the authorize step makes one. */
export interface Authorization {
  readonly principal: Principal
  readonly grant: Grant
  readonly order: AccessTokenOrder | IdTokenOrder
  readonly policyDigest: string
}

/** What Google minted. */
export interface IssuedToken {
  readonly token: AccountToken
  readonly order: AccessTokenOrder | IdTokenOrder
  readonly serviceAccount: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/** Proof that the sinks hold the intent: without one, nothing can be asked of Google. */
export interface RecordedIntent {
  readonly authorization: Authorization
  readonly recorded: 'intent'
}

/** Proof that the sinks hold the outcome: without one, no token leaves. */
export interface RecordedToken {
  readonly issued: IssuedToken
  readonly recorded: 'issued'
}
