import type { Claims } from '../../domain/claims.ts'

/** What is known of a kind of issuer: the part of a provider that need not be written down. */
export interface Preset {
  /** The issuer's own page about its tokens. */
  readonly documentation: string
  /** Where all tenants share one issuer. */
  readonly issuer?: string
  /** What an author has to write as `issuer` where it is not known. */
  readonly issuerForm: string
  readonly algorithms?: readonly ('RS256' | 'ES256')[]
  /** Seconds. */
  readonly maxTokenAge: number
  /** Immutable ids beside the names, and a subject that fits in 127 bytes. */
  readonly attributeMapping: Readonly<Record<string, string>>
  /** The condition that follows from an issuer that serves one tenant; undefined: it says nothing. */
  readonly conditionFor?: (issuer: string) => string | undefined
  /** What an author has to write as `attributeCondition` where none follows. */
  readonly conditionExample: string
  /** A typical token's claims, times and audience left out; for the tests of a policy. */
  readonly claims: Claims
}
