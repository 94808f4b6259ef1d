import type { AttributeCondition } from './condition.ts'

/** What a grant says of access tokens. */
export interface AccessTokenTerms {
  readonly scopes: ReadonlySet<string>
  /** Seconds. */
  readonly maxLifetime: number
  /** What happens to a request for scopes outside the grant. */
  readonly excessScopes: 'refuse' | 'drop'
  /** Whether callers may narrow the token with a credential access boundary. */
  readonly accessBoundary: boolean
}

/** What a grant says of ID tokens. */
export interface IdTokenTerms {
  readonly audiences: ReadonlySet<string>
  readonly includeEmail: boolean
}

/** One row of the policy: who may become which service account, for what. */
export interface Grant {
  readonly id: string
  /** `audit` grants never issue: the record says that they would have. */
  readonly mode: 'enforce' | 'audit'
  /** Canonical member forms, see `membersOf`. */
  readonly members: readonly string[]
  readonly condition: AttributeCondition | undefined
  readonly serviceAccount: string
  /** E-mails, in the order of the chain. */
  readonly delegates: readonly string[]
  readonly accessToken: AccessTokenTerms | undefined
  readonly idToken: IdTokenTerms | undefined
}

/** A rule that wins over every grant. */
export interface Denial {
  readonly id: string
  /** Whom it concerns, in canonical member forms; undefined: everybody. */
  readonly members: ReadonlySet<string> | undefined
  /** Undefined: always. A condition that cannot be evaluated denies. */
  readonly condition: AttributeCondition | undefined
}
