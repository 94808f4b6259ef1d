import type { EventKind } from '../event.ts'
import type { Access, ChainFacts, GrantUse, LiveTokens, PolicyEra } from './facts.ts'

export type { Access, ChainFacts, GrantUse, LiveTokens, PolicyEra } from './facts.ts'

/** Which events; everything left out does not narrow. */
export interface EventFilter {
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined
  /** Milliseconds since the epoch, exclusive. */
  readonly until?: number | undefined
  readonly kinds?: readonly EventKind[] | undefined
  readonly reason?: string | undefined
  /** Refusals that were a fault of a service: status 500 and above. */
  readonly errors?: boolean | undefined
  readonly issuer?: string | undefined
  readonly provider?: string | undefined
  readonly subject?: string | undefined
  readonly account?: string | undefined
  readonly grant?: string | undefined
  readonly address?: string | undefined
  readonly kid?: string | undefined
  readonly jti?: string | undefined
  readonly policyDigest?: string | undefined
  readonly requestId?: string | undefined
}

/** An event's columns; times in milliseconds since the epoch. */
export interface StoredEvent {
  readonly id: string
  readonly time: number
  readonly kind: EventKind
  readonly requestId: string | undefined
  readonly reason: string | undefined
  readonly detail: string | undefined
  /** HTTP status of the answer. */
  readonly status: number | undefined
  readonly issuer: string | undefined
  /** What an unverified token said of its issuer. */
  readonly claimedIssuer: string | undefined
  readonly subject: string | undefined
  readonly principal: string | undefined
  readonly provider: string | undefined
  readonly audience: string | undefined
  readonly jti: string | undefined
  readonly kid: string | undefined
  readonly grant: string | undefined
  readonly denial: string | undefined
  readonly policyDigest: string | undefined
  readonly account: string | undefined
  readonly tokenKind: 'access_token' | 'id_token' | undefined
  readonly scopes: readonly string[]
  /** The `aud` of an ID token. */
  readonly tokenAudience: string | undefined
  /** Seconds. */
  readonly lifetime: number | undefined
  readonly expires: number | undefined
  /** Fingerprints. */
  readonly subjectToken: string | undefined
  readonly issuedToken: string | undefined
  readonly address: string | undefined
  readonly userAgent: string | undefined
  /** Milliseconds. */
  readonly duration: number | undefined
  /** Seconds since the key set was fetched. */
  readonly keyAge: number | undefined
  readonly keyStale: boolean
  readonly instance: string | undefined
  readonly revision: string | undefined
  readonly chain: string
  readonly chainSeq: number
}

/** A page of events, newest first. */
export interface Page {
  readonly events: readonly StoredEvent[]
  /** Where the next page begins; undefined on the last one. Opaque. */
  readonly next: string | undefined
}

/** What happened in one stretch of time. */
export interface Bucket {
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly issued: number
  /** Refusals with a record of their own, status below 500. */
  readonly refused: number
  /** Refusals that were a fault of a service. */
  readonly errors: number
  /** Refusals that a flood left without a record; counted all the same. */
  readonly suppressed: number
  /** The reasons of refusals and errors, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
}

/** Buckets of equal length, without holes, oldest first. */
export interface Timeline {
  /** Milliseconds. */
  readonly bucketLength: number
  readonly buckets: readonly Bucket[]
}

/** An event with its record, as it was written. */
export interface ExportedEvent {
  readonly event: StoredEvent
  /** The record's line. */
  readonly record: string
}

/** How many, and from where. */
export interface PageRequest {
  readonly limit: number
  /** `next` of the page before. Throws `BadCursor` for anything else. */
  readonly cursor?: string | undefined
}

/** What was given for a cursor is none. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}

/** The reading side of the audit: what the console, the terminal and the explanations ask. */
export interface AuditStore {
  /** At most `buckets` buckets over the filter's time, the last day where it names none. */
  timeline(filter: EventFilter, buckets: number, now: number): Promise<Timeline>
  events(filter: EventFilter, page: PageRequest): Promise<Page>
  /** An event and its record by its id. */
  event(id: string): Promise<ExportedEvent | undefined>
  /** Every event of one request, oldest first. */
  related(requestId: string): Promise<readonly StoredEvent[]>
  /** Who can use what at `now`; the filter's time is not looked at. At most 1,000 rows. */
  liveTokens(filter: EventFilter, now: number): Promise<readonly LiveTokens[]>
  /** Who ever used which account, least recently used first. At most 5,000 rows. */
  accessMap(filter: Pick<EventFilter, 'issuer' | 'subject' | 'account'>): Promise<readonly Access[]>
  /** Every grant that ever led to a token. */
  grantUses(): Promise<readonly GrantUse[]>
  /** Events of a token by its fingerprints: as a subject token, and as an issued one. */
  findByFingerprint(subjectToken: string, issuedToken: string): Promise<readonly StoredEvent[]>
  /** Policies, the one that was seen last first. */
  policyHistory(): Promise<readonly PolicyEra[]>
  /** Chains, the one that was written last first. At most 200. */
  chains(): Promise<readonly ChainFacts[]>
  /** Every event of the filter with its record, each chain in its order: as a verifier reads them. */
  export(filter: EventFilter): AsyncIterable<ExportedEvent>
  close(): Promise<void>
}
