import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Claims } from '../domain/claims.ts'
import { Refusal } from '../domain/refusal.ts'
import { Secret, type SubjectToken } from '../domain/secret.ts'
import { refuseQuery } from './accept.ts'
import { readBody } from './body.ts'
import { mediaTypeOf } from './media-type.ts'
import type { WrittenRequest } from './rehearsed-request.ts'
import { parseRequestJson } from './request-json.ts'
import type { Route } from './routes.ts'

/** The paths of the `explain` function. */
export const EXPLAIN_ROUTES = [
  { method: 'POST', path: '/v1/explain', name: 'explain' },
  { method: 'GET', path: '/health', name: 'health' },
  { method: 'GET', path: '/ready', name: 'ready' },
] as const satisfies readonly Route<string>[]

/** What an operator wants explained. */
export type ExplainRequest =
  | { readonly kind: 'token'; readonly token: SubjectToken; readonly request: WrittenRequest }
  | {
      readonly kind: 'claims'
      readonly claims: Claims
      /** Whose claims these are; undefined: their `iss` says it. */
      readonly provider: string | undefined
      readonly request: WrittenRequest
    }
  /** The id of a request, or of one of its events. */
  | { readonly kind: 'record'; readonly id: string }

const Written = z
  .strictObject({
    audience: z.string().optional(),
    scope: z.union([z.string(), z.array(z.string())]).optional(),
    resource: z.string().optional(),
    lifetime: z.union([z.int(), z.string()]).optional(),
    requestedTokenType: z.enum(['access_token', 'id_token']).optional(),
  })
  .default({})

const Body = z.union([
  z.strictObject({ token: z.string().trim().min(1), request: Written }),
  z.strictObject({
    claims: z.record(z.string(), z.unknown()),
    provider: z.string().optional(),
    request: Written,
  }),
  z.strictObject({ record: z.uuid() }),
])

const BOUNDS = { maxDepth: 36, maxMembers: 1024, maxItems: 1000 }

/**
 * Reads what is to be explained from a JSON body: `{"token", "request"}`, `{"claims", "provider",
 * "request"}` or `{"record"}`. Throws `Refusal`: `request`, `encoding`, `media_type`, `size`,
 * `timeout`, `aborted`.
 */
export async function acceptExplainRequest(response: ServerResponse): Promise<ExplainRequest> {
  refuseQuery(response.req)
  mediaTypeOf(response.req, ['json'])
  const parsed = Body.safeParse(parseRequestJson(await readBody(response), BOUNDS))
  if (!parsed.success) {
    const detail = 'the body must be {token, request}, {claims, provider, request} or {record}'
    throw new Refusal('request', { detail })
  }
  const { data: body } = parsed
  if ('record' in body) return { kind: 'record', id: body.record }
  const { request } = body
  if ('token' in body)
    return { kind: 'token', token: new Secret('subject token', body.token), request }
  return { kind: 'claims', claims: body.claims as Claims, provider: body.provider, request }
}
