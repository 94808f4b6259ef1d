import { z } from 'zod'

/** OCSF `metadata`. */
export const Metadata = z.strictObject({
  correlation_uid: z
    .uuidv7()
    .optional()
    .describe('The request id; the same in intent and outcome.'),
  is_truncated: z.literal(true).optional().describe('A value was cut short; its digest stands.'),
  product: z.strictObject({
    name: z.literal('Token Bureau'),
    vendor_name: z.literal('Token Bureau'),
    version: z.string(),
  }),
  version: z.literal('1.6.0').describe('The OCSF version.'),
})

/** OCSF `severity_id`: 1 informational, 2 low, 3 medium, 4 high. */
export const severity = z.literal([1, 2, 3, 4])

/** OCSF's status attributes. */
export const status = {
  status: z.enum(['Success', 'Failure', 'Intent', 'Other']),
  status_code: z.string().optional().describe('The stable reason of a refusal.'),
  status_detail: z.string().optional().describe('What was wrong, in one line; never on the wire.'),
  status_id: z.literal([1, 2, 99]),
}
