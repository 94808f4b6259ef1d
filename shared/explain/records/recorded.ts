import { z } from 'zod'
import { ALL_REASONS } from '../../domain/refusal.ts'

const Asked = z.object({
  kind: z.enum(['access_token', 'id_token']),
  target_kind: z.enum(['email', 'grant', 'provider', 'any']),
  target: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  /** Seconds. */
  lifetime: z.number().optional(),
  /** The `aud` of an ID token. */
  audience: z.string().optional(),
  access_boundary: z.boolean().optional(),
})

const AssertionFacts = z.object({
  provider: z.string(),
  issuer: z.string(),
  subject: z.string(),
  audience: z.string(),
  /** Seconds since the epoch. */
  iat: z.number(),
  exp: z.number(),
  jti: z.string().optional(),
  claims: z.array(z.object({ name: z.string(), json: z.string() })).optional(),
})

/** What of an audit record an explanation reads; the rest is left alone. */
export const RecordedRequest = z.object({
  id: z.string(),
  time: z.string(),
  type: z.enum(['dev.tokenbureau.intent', 'dev.tokenbureau.issued', 'dev.tokenbureau.refused']),
  subject: z.string().optional(),
  data: z.object({
    metadata: z.object({ correlation_uid: z.string().optional() }),
    status_code: z.enum(ALL_REASONS).optional(),
    status_detail: z.string().optional(),
    unmapped: z.object({
      asked: Asked.optional(),
      assertion: AssertionFacts.optional(),
      claimed: z.object({ issuer: z.string().optional() }).optional(),
      decision: z.enum(['intent', 'issued', 'refused']),
      grant: z.string().optional(),
      policy_digest: z.string().optional(),
    }),
  }),
})

/** The record of one request: its intent, that it was issued, or that it was refused. */
export type RecordedRequest = z.output<typeof RecordedRequest>

/** Facts of a verified token, as a record has them. */
export type AssertionFacts = z.output<typeof AssertionFacts>

/** What a caller asked for, as a record has it. */
export type Asked = z.output<typeof Asked>

/**
 * The record of a request in any form that it travels in: itself, as a log line's `event`, or as
 * `gcloud logging read` exports it. Undefined for everything else, such as checkpoints.
 */
export function recordIn(value: unknown): RecordedRequest | undefined {
  for (const candidate of [value, at(value, 'event'), at(at(value, 'jsonPayload'), 'event')]) {
    const parsed = RecordedRequest.safeParse(candidate)
    if (parsed.success) return parsed.data
  }
  return undefined
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}
