import type { Envelope } from './schema/envelope.ts'

/** One audit event before the chain binds it: CloudEvents 1.0 with OCSF 1.6 inside. */
export type AuditEvent = Envelope

/** What every event type begins with. */
export const TYPE_PREFIX = 'dev.tokenbureau.'

/** The last part of an event's `type`. */
export type EventKind = 'intent' | 'issued' | 'refused' | 'policy' | 'checkpoint' | 'summary'

/** A record: an event, bound into its chain and written as one line of canonical JSON. */
export interface AuditRecord {
  readonly event: AuditEvent
  /** The line without its line feed; at most 8 KiB of UTF-8. */
  readonly line: string
  /** The chain's id: the ordering key of transports that keep an order. */
  readonly chain: string
}
