import { z } from 'zod'
import { AbsoluteUri, Condition, RuleId, Scope, ServiceAccountEmail, seconds } from './names.ts'

/** A principal or a set of them; its form is checked against the providers at load. */
const Member = z
  .string()
  .min(1, { error: 'must not be empty' })
  .describe(
    'PROVIDER:subject/S, PROVIDER:group/G, PROVIDER:attribute.N/V, PROVIDER:*, or as IAM spells it.',
  )

const AccessToken = z.strictObject({
  scopes: z.array(Scope).min(1, { error: 'must name at least one scope' }),
  maxLifetime: seconds(43_200).default(3600).describe('Seconds.'),
  excessScopes: z
    .enum(['refuse', 'drop'])
    .default('refuse')
    .describe('What happens to a request for scopes outside the grant.'),
  accessBoundary: z
    .boolean()
    .default(false)
    .describe('Whether callers may narrow the token by a credential access boundary.'),
})

const IdToken = z.strictObject({
  audiences: z.array(AbsoluteUri).min(1, { error: 'must name at least one audience' }),
  includeEmail: z.boolean().default(false),
})

/** One row of the policy: who may become which service account, for what. */
export const GrantDocument = z
  .strictObject({
    id: RuleId,
    mode: z
      .enum(['enforce', 'audit'])
      .default('enforce')
      .describe('audit: never issues, the record says that it would have.'),
    members: z.array(Member).min(1, { error: 'must name at least one member' }),
    condition: Condition.optional().describe('CEL; narrows the grant further.'),
    serviceAccount: ServiceAccountEmail,
    delegates: z.array(ServiceAccountEmail).default([]).describe('The chain, in its order.'),
    accessToken: AccessToken.optional(),
    idToken: IdToken.optional(),
  })
  .refine((grant) => grant.accessToken !== undefined || grant.idToken !== undefined, {
    error: 'must have accessToken or idToken',
  })
  .meta({ anyOf: [{ required: ['accessToken'] }, { required: ['idToken'] }] })

/** One row of the policy. */
export type GrantDocument = z.output<typeof GrantDocument>

/** A rule that wins over every grant. */
export const DenialDocument = z
  .strictObject({
    id: RuleId,
    members: z
      .array(Member)
      .min(1, { error: 'must name at least one member' })
      .optional()
      .describe('Left out: everybody.'),
    condition: Condition.optional().describe('CEL; left out: always. An error denies.'),
  })
  .refine((denial) => denial.members !== undefined || denial.condition !== undefined, {
    error: 'must have members or condition',
  })
  .meta({ anyOf: [{ required: ['members'] }, { required: ['condition'] }] })

/** A rule that wins over every grant. */
export type DenialDocument = z.output<typeof DenialDocument>
