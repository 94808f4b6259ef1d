import { z } from 'zod'
import { ALL_REASONS } from '../../domain/refusal.ts'
import { closest } from '../closest.ts'
import { KNOWN_CLAIMS, nearClaim, sendsClaim } from '../presets/known-claims.ts'
import { PRESET_NAMES, type PresetName } from '../presets/names.ts'

const Request = z.strictObject({
  audience: z.string().optional().describe('E-mail, resource name or grant id.'),
  scope: z
    .union([z.string(), z.array(z.string())], { error: 'must be a string or a list' })
    .optional(),
  resource: z.string().optional().describe('The aud of an ID token.'),
  lifetime: z.int().optional().describe('Seconds.'),
  requestedTokenType: z.enum(['access_token', 'id_token']).optional(),
})

const Granted = z.strictObject({
  grant: z.string().optional(),
  serviceAccount: z.string(),
  scopes: z.array(z.string()).optional(),
  lifetime: z.int().optional().describe('Seconds.'),
  audience: z.string().optional().describe('The aud of an ID token.'),
})

/** The reasons that a policy decides on; tests may expect any other as well. */
const USUAL_REASONS =
  'condition, condition_error, mapping, denied, no_grant, ambiguous_grant, scope, request, claims, issuer, audience, time'

function reasonFault(input: unknown): string | undefined {
  if (input === undefined) return undefined
  const given = typeof input === 'string' ? input : ''
  const near =
    closest(given, ALL_REASONS, given.length / 4) ??
    ALL_REASONS.find((one) => given.length > 3 && one.startsWith(given))
  const hint = near === undefined ? `, such as ${USUAL_REASONS}` : `, did you mean "${near}"?`
  return `must be a reason of the audit record${hint}`
}

const Expectation = z
  .strictObject({
    granted: Granted.optional(),
    refused: z
      .enum(ALL_REASONS, { error: ({ input }) => reasonFault(input) })
      .optional()
      .describe('The stable reason of the audit record.'),
  })
  .refine((expect) => (expect.granted === undefined) !== (expect.refused === undefined), {
    error: 'must have either granted or refused',
  })
  .meta({ minProperties: 1, maxProperties: 1 })

/**
 * A claim beside a preset's own that is none of the issuer, but nearly: the typical token would keep
 * the one that was meant, and the test would say nothing.
 */
function slipIn(preset: PresetName, claim: string): string | undefined {
  const known = KNOWN_CLAIMS[preset]
  if (known === undefined || sendsClaim(known, claim) !== false) return undefined
  const near = nearClaim(known, claim)
  return near && `is no claim of ${preset}, did you mean ${near}?`
}

/** Claims and a request, and the decision that the policy must make of them. */
export const TestCaseDocument = z
  .strictObject({
    name: z.string().min(1, { error: 'must not be empty' }).max(200),
    provider: z.string().optional().describe('Id of the provider whose token this is.'),
    preset: z
      .enum(PRESET_NAMES)
      .optional()
      .describe('Starts from the claims of a typical token of this issuer.'),
    claims: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('Claims; over a preset they replace its own, and null removes one.'),
    request: Request.default({}),
    expect: Expectation,
  })
  .refine((test) => test.provider !== undefined || test.preset !== undefined, {
    error: 'must have provider or preset',
  })
  .superRefine(({ preset, claims }, context) => {
    for (const name of Object.keys(claims)) {
      const message = preset && slipIn(preset, name)
      if (message) context.addIssue({ code: 'custom', path: ['claims', name], message })
    }
  })
  .meta({ anyOf: [{ required: ['provider'] }, { required: ['preset'] }] })

/** Claims and a request, and the decision that the policy must make of them. */
export type TestCaseDocument = z.output<typeof TestCaseDocument>
