import { z } from 'zod'
import { Metadata, severity, status } from './ocsf.ts'

/** OCSF 1.6 class 3004, Entity Management: the policy was replaced, or could not be. */
export const PolicyData = z.strictObject({
  activity_id: z.literal(3),
  activity_name: z.literal('Update'),
  category_uid: z.literal(3),
  class_uid: z.literal(3004),
  entity: z.strictObject({
    name: z.literal('policy'),
    type_id: z.literal(5),
    uid: z.string().describe('The policy’s digest.'),
  }),
  message: z.string(),
  metadata: Metadata,
  severity_id: severity,
  ...status,
  time: z.int().describe('Milliseconds since the epoch.'),
  type_uid: z.literal(300403),
  unmapped: z.strictObject({
    instance: z.string(),
    policy_digest: z.string(),
    problems: z.int().describe('How many problems the loader found.'),
    revision: z.string(),
  }),
})
export type PolicyData = z.infer<typeof PolicyData>

const Checkpoint = z.strictObject({
  interval: z.int().optional().describe('Seconds until the next checkpoint, at most.'),
  position: z.enum(['opening', 'periodic', 'closing']),
  previous: z
    .array(z.strictObject({ chain: z.string(), hash: z.string(), seq: z.int() }))
    .optional()
    .describe('Heads of older chains that the store held when this chain began.'),
  public_key: z.string().optional().describe('Ed25519, base64url of the 32 bytes.'),
  signature: z
    .string()
    .optional()
    .describe('Ed25519 over the chain, the sequence and hash of the record before, and the time.'),
  unacknowledged: z
    .array(z.strictObject({ records: z.int(), sink: z.string() }))
    .optional()
    .describe('Records of this chain that a sink did not accept, so far.'),
})

const Counts = z.strictObject({
  reason: z.string(),
  recorded: z.int(),
  suppressed: z.int(),
})

/** OCSF 1.6 class 1008, Event Log Activity: what the log says of itself. */
export const LogActivityData = z.strictObject({
  activity_id: z.literal([6, 7, 99]),
  activity_name: z.enum(['Start', 'Stop', 'Checkpoint', 'Summary']),
  category_uid: z.literal(1),
  class_uid: z.literal(1008),
  message: z.string(),
  metadata: Metadata,
  severity_id: severity,
  ...status,
  time: z.int().describe('Milliseconds since the epoch.'),
  type_uid: z.literal([100806, 100807, 100899]),
  unmapped: z.strictObject({
    checkpoint: Checkpoint.optional(),
    instance: z.string(),
    refusals: z.array(Counts).optional(),
    revision: z.string(),
  }),
})
export type LogActivityData = z.infer<typeof LogActivityData>
