import { z } from 'zod'
import { spellingsOf } from './parameters.ts'

/** RFC 8693 section 2.1. */
export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:'

/** Letters of an absolute URI without a fragment (RFC 3986 sections 2 and 4.3). */
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[!$&-;=?-Z_a-z~[\]]|%[0-9A-Fa-f]{2})+$/

/** Scope tokens and the spaces between them (RFC 6749 section 3.3). */
const SCOPES = /^[ !#-[\]-~]*$/

/**
 * The parameters of `POST /v1/token` in RFC 8693's spelling, each by itself; rules that join
 * several are `acceptToken`'s. The OpenAPI document is made from this.
 */
export const TokenParameters = z.object({
  grant_type: z.literal(GRANT_TYPE),
  subject_token: z
    .string()
    .trim()
    .min(1)
    .describe('The OIDC token of the workload; white space around it is ignored.'),
  subject_token_type: z.enum([`${TOKEN_TYPE}jwt`, `${TOKEN_TYPE}id_token`]),
  requested_token_type: z
    .enum([`${TOKEN_TYPE}access_token`, `${TOKEN_TYPE}id_token`])
    .default(`${TOKEN_TYPE}access_token`),
  audience: z
    .string()
    .max(512)
    .optional()
    .describe(
      'Which service account: its e-mail, //iam.googleapis.com/projects/-/serviceAccounts/EMAIL, ' +
        'or the id of a grant. Left out, or the resource name of a workload identity provider: ' +
        'the one account that the grants lead to.',
    ),
  scope: z
    .string()
    .max(8192)
    .regex(SCOPES)
    .optional()
    .describe("Scopes of the access token, between spaces. Left out: the grant's."),
  resource: z
    .string()
    .max(2048)
    .regex(ABSOLUTE_URI)
    .optional()
    .describe('ID tokens only, required there: their aud, an absolute URI without a fragment.'),
  lifetime: z
    .string()
    .regex(/^[1-9][0-9]{0,4}s?$/)
    .optional()
    .describe(
      "Access tokens only: seconds, 900 or 900s. Left out: the smaller of the grant's and 3600.",
    ),
  options: z
    .string()
    .max(8192)
    .optional()
    .describe('JSON as text, as it is or percent-encoded: {"accessBoundary": ...}.'),
})

/** Parameters that passed, each by itself. */
export type TokenParameters = z.output<typeof TokenParameters>

/** Understood, and refused: delegation by an actor (RFC 8693 section 2.1). */
export const REFUSED_PARAMETERS = ['actor_token', 'actor_token_type'] as const

/** The names that `POST /v1/token` knows. */
export const TOKEN_SPELLINGS = spellingsOf([
  ...Object.keys(TokenParameters.shape),
  ...REFUSED_PARAMETERS,
])
