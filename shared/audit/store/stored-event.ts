import { z } from 'zod'
import type { StoredEvent } from './store.ts'

/** A row of columns by their names, as a database gives it. */
export type NamedRow = Readonly<Record<string, unknown>>

const text = z.string().nullish()
const number = z.coerce.number().nullish()
const flag = z.union([z.number(), z.boolean(), z.enum(['0', '1', 'true', 'false'])]).nullish()

const Row = z.object({
  id: z.string(),
  time_ms: z.coerce.number(),
  kind: z.enum(['intent', 'issued', 'refused', 'policy', 'checkpoint', 'summary']),
  request_id: text,
  reason: text,
  detail: text,
  status: number,
  issuer: text,
  claimed_issuer: text,
  subject: text,
  principal: text,
  provider: text,
  audience: text,
  jti: text,
  kid: text,
  grant_id: text,
  denial: text,
  policy_digest: text,
  account: text,
  token_kind: z.enum(['access_token', 'id_token']).nullish(),
  scopes: text,
  token_audience: text,
  lifetime: number,
  expires_ms: number,
  subject_token: text,
  issued_token: text,
  address: text,
  user_agent: text,
  duration_ms: number,
  key_age: number,
  key_stale: flag,
  instance: text,
  revision: text,
  chain: z.string(),
  chain_seq: z.coerce.number(),
})

/** The event of a row of columns. Throws `ZodError` where the row is not of the columns. */
export function storedEvent(row: NamedRow): StoredEvent {
  const read = Row.parse(row)
  return {
    id: read.id,
    time: read.time_ms,
    kind: read.kind,
    requestId: read.request_id ?? undefined,
    reason: read.reason ?? undefined,
    detail: read.detail ?? undefined,
    status: read.status ?? undefined,
    issuer: read.issuer ?? undefined,
    claimedIssuer: read.claimed_issuer ?? undefined,
    subject: read.subject ?? undefined,
    principal: read.principal ?? undefined,
    provider: read.provider ?? undefined,
    audience: read.audience ?? undefined,
    jti: read.jti ?? undefined,
    kid: read.kid ?? undefined,
    grant: read.grant_id ?? undefined,
    denial: read.denial ?? undefined,
    policyDigest: read.policy_digest ?? undefined,
    account: read.account ?? undefined,
    tokenKind: read.token_kind ?? undefined,
    scopes: listIn(read.scopes),
    tokenAudience: read.token_audience ?? undefined,
    lifetime: read.lifetime ?? undefined,
    expires: read.expires_ms ?? undefined,
    subjectToken: read.subject_token ?? undefined,
    issuedToken: read.issued_token ?? undefined,
    address: read.address ?? undefined,
    userAgent: read.user_agent ?? undefined,
    duration: read.duration_ms ?? undefined,
    keyAge: read.key_age ?? undefined,
    keyStale: [1, true, '1', 'true'].includes(read.key_stale ?? 0),
    instance: read.instance ?? undefined,
    revision: read.revision ?? undefined,
    chain: read.chain,
    chainSeq: read.chain_seq,
  }
}

const Strings = z.array(z.string())

function listIn(json: string | null | undefined): readonly string[] {
  if (json === null || json === undefined) return []
  try {
    return Strings.safeParse(JSON.parse(json)).data ?? []
  } catch {
    return []
  }
}
