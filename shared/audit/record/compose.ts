import type { Trail } from '../../domain/trail.ts'
import { uuidv7 } from '../../domain/uuid.ts'
import { escapeInvisible } from '../canonical.ts'
import { TYPE_PREFIX, type AuditEvent } from '../event.ts'
import { authenticationData } from './authentication.ts'
import { createClip, type Limits } from './clip.ts'
import type { Decision } from './decision.ts'
import { attributesOf } from './envelope.ts'
import type { RecordContext } from './origin.ts'

/** An event and its canonical text, still without its place in the chain. */
export interface Composed {
  readonly event: AuditEvent
  readonly text: string
}

/** Bytes of a record's line, at most. */
export const MAX_RECORD = 8192
/** Bytes that the chain's attributes take, at most. */
const CHAIN_ATTRIBUTES = 300

/**
 * Ever shorter values, tried in turn until the record fits; the last always does. The rules of an access
 * boundary go first: their length is the caller's choice, and must not cost the record what it is found by.
 */
const LIMITS: readonly [Limits, ...Limits[]] = [
  { text: 512, list: 32, claims: 24, rules: true },
  { text: 512, list: 32, claims: 24, rules: false },
  { text: 128, list: 12, claims: 12, rules: false },
  { text: 48, list: 6, claims: 6, rules: false },
  { text: 12, list: 2, claims: 2, rules: false },
]

/** The event of a decision, at most 8 KiB whatever the trail holds. */
export function composeDecision(
  trail: Trail,
  decision: Decision,
  context: RecordContext,
): Composed {
  const at = Math.trunc(context.now())
  const id = decision.kind === 'intent' ? trail.requestId : uuidv7(at)
  let composed = composeWithin(LIMITS[0], id, at, trail, decision, context)
  for (const limits of LIMITS.slice(1)) {
    if (Buffer.byteLength(composed.text) <= MAX_RECORD - CHAIN_ATTRIBUTES) break
    composed = composeWithin(limits, id, at, trail, decision, context)
  }
  return composed
}

function composeWithin(
  limits: Limits,
  id: string,
  at: number,
  trail: Trail,
  decision: Decision,
  context: RecordContext,
): Composed {
  const clip = createClip(limits)
  const data = authenticationData(trail, decision, context, clip, at)
  const { traceId, spanId } = trail.caller
  return serialise({
    data,
    ...attributesOf(id, context.origin),
    subject: clip.optional(trail.principal?.name),
    time: new Date(at).toISOString(),
    // W3C Trace Context, version 00; whether the caller samples is not ours to say.
    traceparent: traceId && spanId ? `00-${traceId}-${spanId}-00` : undefined,
    type: `${TYPE_PREFIX}${decision.kind}`,
  })
}

/** An event with its canonical text; its members must stand in canonical order already. */
export function serialise(event: AuditEvent): Composed {
  return { event, text: escapeInvisible(JSON.stringify(event)) }
}
