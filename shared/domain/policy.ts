import type { Denial, Grant } from './grant.ts'
import type { Provider } from './provider.ts'

/** A policy file, compiled: looked up by key, never scanned. */
export interface Policy {
  /** `sha256:` and 64 hexadecimal digits over the bytes that were loaded. */
  readonly digest: string
  readonly providersByIssuer: ReadonlyMap<string, readonly Provider[]>
  /** Canonical member form (see `membersOf`) to the grants that name it. */
  readonly grantsByMember: ReadonlyMap<string, readonly Grant[]>
  readonly denials: readonly Denial[]
}
