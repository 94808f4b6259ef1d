import { randomUUIDv7 } from 'node:crypto'
import type { Trail } from '../../domain/trail.ts'
import { escapeInvisible } from '../canonical.ts'
import { TYPE_PREFIX, type AuditEvent } from '../event.ts'
import { authenticationData } from './authentication.ts'
import { createClip, type Limits } from './clip.ts'
import type { Decision } from './decision.ts'
import type { Origin, RecordContext } from './origin.ts'

/** An event and its canonical text, still without its place in the chain. */
export interface Composed {
  readonly event: AuditEvent
  readonly text: string
}

/** Bytes of a record's line, at most. */
export const MAX_RECORD = 8192
/** Bytes that the chain's attributes take. */
const CHAIN_ATTRIBUTES = 300
const SCHEMA = 'https://tokenbureau.dev/schemas/audit/v1.json'

/** Ever shorter values, tried in turn until the record fits; the last always does. */
const LIMITS: readonly Limits[] = [
  { text: 512, list: 32, claims: 24 },
  { text: 128, list: 12, claims: 12 },
  { text: 48, list: 6, claims: 6 },
  { text: 12, list: 2, claims: 2 },
]

/** The event of a decision, at most 8 KiB whatever the trail holds. */
export function composeDecision(
  trail: Trail,
  decision: Decision,
  context: RecordContext,
): Composed {
  const at = context.now()
  const id = decision.kind === 'intent' ? trail.requestId : randomUUIDv7()
  let composed: Composed | undefined
  for (const limits of LIMITS) {
    const clip = createClip(limits)
    const data = authenticationData(trail, decision, context, clip, at)
    const subject = trail.principal === undefined ? undefined : clip.text(trail.principal.name)
    const event: AuditEvent = {
      data,
      ...envelope(id, context.origin),
      subject,
      time: new Date(at).toISOString(),
      traceparent: traceparentOf(trail),
      type: `${TYPE_PREFIX}${decision.kind}` as const,
    }
    composed = { event, text: escapeInvisible(JSON.stringify(event)) }
    if (Buffer.byteLength(composed.text) <= MAX_RECORD - CHAIN_ATTRIBUTES) return composed
  }
  if (composed === undefined) throw new Error('there are no limits')
  return composed
}

/** The attributes that every event shares, but for those that stand after `subject`. */
export function envelope(id: string, origin: Origin) {
  return {
    datacontenttype: 'application/json',
    dataschema: SCHEMA,
    id,
    source: `//tokenbureau/${origin.revision}/${origin.instance}`,
    specversion: '1.0',
  } as const
}

/** W3C Trace Context, version 00; the sampled flag is unknown here. */
function traceparentOf({ caller }: Trail): string | undefined {
  const { traceId, spanId } = caller
  return traceId === undefined || spanId === undefined ? undefined : `00-${traceId}-${spanId}-00`
}
