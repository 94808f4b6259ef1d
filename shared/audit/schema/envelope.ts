import { z } from 'zod'
import { AuthenticationData } from './authentication.ts'
import { LogActivityData, PolicyData } from './upkeep.ts'

const attributes = {
  datacontenttype: z.literal('application/json'),
  dataschema: z.string().describe('Where the JSON Schema of this record is found.'),
  id: z.uuidv7().describe('Unique for ever. Of an intent: the request id that Google is told.'),
  source: z.string().describe('Which instance wrote it: `//tokenbureau/REVISION/INSTANCE`.'),
  specversion: z.literal('1.0'),
  subject: z.string().optional().describe('The principal, as far as it is known.'),
  time: z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds.'),
  traceparent: z
    .string()
    .optional()
    .describe('W3C Trace Context: CloudEvents Distributed Tracing.'),
}

/** What the chain adds: see `chain.ts`. */
const chain = {
  chainhash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the record in canonical form, without this member.'),
  chainid: z.uuidv7().describe('The chain: one for each process.'),
  chainprev: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('`chainhash` of the record before; zeros in the first.'),
  chainseq: z.int().min(0).describe('The place in the chain, from 0, without gaps.'),
}

/** The three events of a request. */
const RequestEvent = z.strictObject({
  data: AuthenticationData,
  ...attributes,
  type: z.enum(['dev.tokenbureau.intent', 'dev.tokenbureau.issued', 'dev.tokenbureau.refused']),
})

/** A policy that was loaded, or was refused at load. */
const PolicyEvent = z.strictObject({
  data: PolicyData,
  ...attributes,
  type: z.literal('dev.tokenbureau.policy'),
})

/** Upkeep of the log itself: signed checkpoints, and counts of refusals left out under a flood. */
const UpkeepEvent = z.strictObject({
  data: LogActivityData,
  ...attributes,
  type: z.enum(['dev.tokenbureau.checkpoint', 'dev.tokenbureau.summary']),
})

/** CloudEvents 1.0 in JSON (structured mode), before the chain adds its four attributes. */
export const Envelope = z.discriminatedUnion('type', [RequestEvent, PolicyEvent, UpkeepEvent])
export type Envelope = z.infer<typeof Envelope>

/** A record as it is written: the event in its chain. */
export const AuditRecordShape = z.discriminatedUnion('type', [
  RequestEvent.extend(chain),
  PolicyEvent.extend(chain),
  UpkeepEvent.extend(chain),
])
