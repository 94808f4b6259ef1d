import { z } from 'zod'
import { Metadata, severity, status } from './ocsf.ts'

const seconds = z.int().describe('Seconds since the epoch.')
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/)

/** A claim that the decision read: only those are recorded. */
const Claim = z.strictObject({
  json: z.string().describe('The value as JSON text; cut short where it is long.'),
  name: z.string(),
})

const AssertionFacts = z
  .strictObject({
    alg: z.string(),
    audience: z.string().describe('The `aud` value that matched.'),
    claims: z.array(Claim).optional(),
    exp: seconds,
    iat: seconds,
    issuer: z.string(),
    jti: z.string().optional(),
    kid: z.string().optional(),
    provider: z.string().describe('The provider’s id in the policy file.'),
    subject: z.string(),
  })
  .describe('What verification proved.')

const Claimed = z
  .strictObject({
    alg: z.string().optional(),
    issuer: z.string().optional(),
    kid: z.string().optional(),
  })
  .describe('What a token that was not verified says of itself.')

const Order = z
  .strictObject({
    access_boundary: z.boolean().optional().describe('The token is bound by the rules asked for.'),
    audience: z.string().optional().describe('The `aud` of an ID token.'),
    include_email: z.boolean().optional(),
    kind: z.enum(['access_token', 'id_token']),
    lifetime: z.int().optional().describe('Seconds.'),
    scopes: z.array(z.string()).optional(),
  })
  .describe('Exactly what Google is asked to mint.')

const Asked = z
  .strictObject({
    access_boundary: z.boolean().optional(),
    audience: z.string().optional().describe('The `aud` of an ID token.'),
    kind: z.enum(['access_token', 'id_token']),
    lifetime: z.int().optional().describe('Seconds.'),
    scopes: z.array(z.string()).optional(),
    target: z
      .string()
      .optional()
      .describe('What the request names: an e-mail, a grant, a provider.'),
    target_kind: z.enum(['email', 'grant', 'provider', 'any']),
  })
  .describe('What the caller asked for.')

/** What OCSF has no attribute for. */
const Unmapped = z.strictObject({
  access_boundary: z
    .array(z.string())
    .optional()
    .describe('The rules of the access boundary that was asked for, each as JSON text.'),
  account: z.string().optional().describe('The service account that the token speaks for.'),
  asked: Asked.optional(),
  assertion: AssertionFacts.optional(),
  attempts: z.array(z.strictObject({ calls: z.int(), upstream: z.string() })).optional(),
  cause: z.string().optional().describe('The error underneath a refusal, in one line.'),
  claimed: Claimed.optional(),
  decision: z.enum(['intent', 'issued', 'refused']),
  delegates: z.array(z.string()).optional(),
  denial: z.string().optional().describe('The denial that won.'),
  fingerprint_key: z.string().describe('Which key made the fingerprints.'),
  grant: z.string().optional(),
  instance: z.string(),
  key: z.strictObject({ age_seconds: z.int(), stale: z.boolean() }).optional(),
  order: Order.optional(),
  policy_digest: z.string().optional(),
  revision: z.string(),
  shadow_grants: z.array(z.string()).optional().describe('`mode: audit` grants that would issue.'),
  stages: z.array(z.strictObject({ ms: z.number(), stage: z.string() })).optional(),
  subject_token: fingerprint
    .optional()
    .describe('HMAC-SHA-256 of the subject token’s signing input, or of a malformed token whole.'),
  trace: z.string().optional().describe('The trace id, 32 hexadecimal digits.'),
})

/** OCSF 1.6 class 3002, Authentication: a workload logs on as a service account. */
export const AuthenticationData = z.strictObject({
  activity_id: z.literal(1),
  activity_name: z.literal('Logon'),
  actor: z.strictObject({ idp: z.strictObject({ name: z.string() }) }).optional(),
  auth_protocol: z.literal('OAUTH 2.0'),
  auth_protocol_id: z.literal(6),
  category_uid: z.literal(3),
  class_uid: z.literal(3002),
  duration: z.int().describe('Milliseconds since the request came in.'),
  http_request: z.strictObject({
    http_method: z.string(),
    url: z.strictObject({ path: z.string() }),
    user_agent: z.string(),
  }),
  http_response: z.strictObject({ code: z.int() }).optional(),
  is_remote: z.literal(true),
  logon_type_id: z.literal(3),
  message: z.string(),
  metadata: Metadata,
  service: z.strictObject({ name: z.literal('token-bureau') }),
  session: z
    .strictObject({
      expiration_time: z.int().describe('Milliseconds since the epoch.'),
      issuer: z.string(),
      uid: fingerprint.describe('HMAC-SHA-256 of the token that was issued.'),
    })
    .optional(),
  severity_id: severity,
  src_endpoint: z.strictObject({ ip: z.string() }),
  ...status,
  time: z.int().describe('Milliseconds since the epoch.'),
  type_uid: z.literal(300201),
  unmapped: Unmapped,
  user: z.strictObject({
    domain: z.string().optional().describe('The issuer.'),
    name: z.string().describe('The principal.'),
    type_id: z.literal(4),
    uid: z.string().optional().describe('The token’s `sub`.'),
  }),
})
export type AuthenticationData = z.infer<typeof AuthenticationData>
