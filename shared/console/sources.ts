import type { AuditKey } from '../audit/key.ts'
import type { AuditStore } from '../audit/store/store.ts'
import type { Verification } from './verification/verification.ts'

/** What the screens read from. */
export interface Sources {
  readonly store: AuditStore
  /** The key that records were fingerprinted with; undefined: tokens cannot be looked for. */
  readonly key: Pick<AuditKey, 'id' | 'ofSubjectToken' | 'ofIssuedToken'> | undefined
  readonly verification: Verification
  /** The accounts that tokens were ever issued for. */
  readonly accounts: () => Promise<readonly string[]>
  /** Google Cloud's project, for links into its logs. */
  readonly project: string | undefined
  /** What the `bureau` command calls the store. */
  readonly storeName: string
  /** How the `bureau` command is told the policy: words for a POSIX shell. */
  readonly policyWords: readonly string[]
}

/** A request to a screen. */
export interface Asked {
  readonly query: URLSearchParams
  /** Milliseconds since the epoch. */
  readonly now: number
}
