import { z } from 'zod'
import { PRESET_NAMES } from '../presets/names.ts'
import { Condition, ProviderId, seconds } from './names.ts'

/** Google's limit on custom attributes of a provider. */
const MAX_ATTRIBUTES = 50

const KEYS_ERROR = 'must be one of {discovery: true}, {jwksUri: URL} or {jwks: {keys: [...]}}'

const Keys = z
  .strictObject({
    discovery: z
      .literal(true)
      .optional()
      .describe('Keys come from ISSUER/.well-known/openid-configuration.'),
    jwksUri: z.string().max(2048).optional().describe('URL of the JWK set.'),
    jwks: z
      .strictObject({
        keys: z
          .array(z.record(z.string(), z.unknown()))
          .min(1, { error: 'must hold at least one key' })
          .max(64, { error: 'must hold at most 64 keys' }),
      })
      .optional()
      .describe('The JWK set itself, for an identity provider out of reach.'),
  })
  .refine((keys) => Object.values(keys).filter((given) => given !== undefined).length === 1, {
    error: KEYS_ERROR,
  })
  .meta({ minProperties: 1, maxProperties: 1 })

const MappedName = z
  .string()
  .regex(/^(?:google\.(?:subject|groups)|attribute\.[a-z0-9_]{1,100})$/, {
    error: 'must be google.subject, google.groups or attribute.NAME, NAME of a-z, 0-9 and _',
  })

const AttributeMapping = z
  .record(
    MappedName,
    z
      .string()
      .min(1, { error: 'must be a CEL expression' })
      .max(2048, { error: 'must be at most 2048 characters' }),
  )
  .refine((mapping) => mapping['google.subject'] !== undefined, {
    error: 'must map google.subject',
  })
  .refine(
    (mapping) =>
      Object.keys(mapping).filter((name) => name.startsWith('attribute.')).length <= MAX_ATTRIBUTES,
    { error: `must hold at most ${MAX_ATTRIBUTES} attributes` },
  )

/** An identity provider, whole: what a preset fills in is filled in. */
export const ProviderDocument = z.strictObject({
  id: ProviderId.describe('How members name this provider.'),
  preset: z.enum(PRESET_NAMES).optional().describe('Fills in what is known of an issuer.'),
  issuer: z.string().max(2048).describe('The iss of the tokens, compared character by character.'),
  audiences: z
    .array(
      z
        .string()
        .min(1, { error: 'must not be empty' })
        .max(256, { error: 'must be at most 256 characters each' }),
    )
    .min(1, { error: 'must name at least one audience' })
    .max(10, { error: 'must name at most 10 audiences' })
    .optional()
    .describe("Accepted aud values; left out: the provider's resource name."),
  workloadIdentityProvider: z
    .string()
    .regex(
      /^projects\/[1-9][0-9]{0,18}\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{1,32}\/providers\/[a-z0-9-]{1,32}$/,
      {
        error:
          'must be projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER' +
          " with the project's number",
      },
    )
    .optional()
    .describe('Google’s name of this provider; not needed for exchange: impersonation.'),
  exchange: z
    .enum(['federation', 'assertion', 'impersonation'])
    .default('federation')
    .describe('Whose word Google takes for the identity of the caller.'),
  keys: Keys.default({ discovery: true }),
  algorithms: z
    .array(z.enum(['RS256', 'ES256']))
    .min(1, { error: 'must name at least one algorithm' })
    .default(['RS256', 'ES256']),
  maxTokenAge: seconds(86_400).default(86_400).describe('Seconds between iat and now, at most.'),
  singleUse: z.boolean().default(false).describe('Whether each jti is accepted only once.'),
  network: z
    .enum(['public', 'private'])
    .default('public')
    .describe('private: the identity provider may live at a private address.'),
  caFile: z
    .string()
    .regex(/^\/[^\0]*$/, { error: 'must be the absolute path of a PEM file' })
    .optional()
    .describe('Certificate authority of an on-prem identity provider.'),
  attributeMapping: AttributeMapping.describe('Google attributes from claims, in CEL.'),
  attributeCondition: Condition.describe('CEL; only tokens for which it is true are taken.'),
})

/** An identity provider, whole. */
export type ProviderDocument = z.output<typeof ProviderDocument>

/** A provider as authors write it: with a preset, what it fills in may be left out. */
export const AuthoredProvider = ProviderDocument.partial({
  issuer: true,
  attributeMapping: true,
  attributeCondition: true,
})
  .extend({ attributeMapping: z.record(MappedName, z.string()).optional() })
  .meta({
    anyOf: [
      { required: ['preset'] },
      { required: ['issuer', 'attributeMapping', 'attributeCondition'] },
    ],
  })
