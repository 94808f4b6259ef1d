import { z } from 'zod'
import { AbsoluteUri, Scope, ServiceAccountEmail, ServiceAccountPattern, seconds } from './names.ts'

/**
 * What no grant under it may exceed. A key that is left out bounds nothing; an empty list permits
 * nothing of its kind (`audiences: []`: no ID tokens). Where several ceilings stand over a grant,
 * all of them hold.
 */
export const CeilingDocument = z
  .strictObject({
    serviceAccounts: z
      .array(ServiceAccountPattern)
      .optional()
      .describe('E-mails, or *@PROJECT.iam.gserviceaccount.com; bounds delegates as well.'),
    delegates: z
      .array(ServiceAccountEmail)
      .optional()
      .describe('Further accounts that may stand in a chain, but not be granted.'),
    members: z
      .array(z.string().min(1, { error: 'must not be empty' }))
      .optional()
      .describe('PROVIDER:* for all of a provider, a member, or a member that ends in /*.'),
    scopes: z.array(Scope).optional(),
    audiences: z.array(AbsoluteUri).optional().describe('Audiences of ID tokens.'),
    maxLifetime: seconds(43_200).optional().describe('Seconds.'),
  })
  .refine((ceiling) => Object.keys(ceiling).length > 0, { error: 'must bound something' })
  .meta({ minProperties: 1 })

/** What no grant under it may exceed. */
export type CeilingDocument = z.output<typeof CeilingDocument>
