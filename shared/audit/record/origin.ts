import type { Policy } from '../../domain/policy.ts'
import type { AuditKey } from '../key.ts'

/** What every record of one instance holds alike. */
export interface Origin {
  /** Which process wrote the record. */
  readonly instance: string
  /** The deployed revision, `K_REVISION` on Cloud Run. */
  readonly revision: string
  /** Of this software. */
  readonly version: string
}

/** What a record is made from, besides the trail. */
export interface RecordContext {
  readonly origin: Origin
  readonly key: AuditKey
  /** The policy in force; where it throws, only the provider's and the grant's claims are recorded. */
  readonly policy: () => Policy
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
