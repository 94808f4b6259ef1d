import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RecordedToken } from '../domain/issued.ts'
import type { Refusal } from '../domain/refusal.ts'
import { BODY_LIMIT } from './body.ts'
import { ANSWER_HEADERS } from './headers.ts'
import { endAfterUnread } from './linger.ts'
import { tokenAnswer } from './token-answer.ts'

/** Headers of one answer beyond those of every answer. */
type ExtraHeaders = Readonly<Record<string, string>>

/**
 * Answers with JSON, once: where an answer has begun or the caller is gone, nothing happens. A body
 * that is still coming costs the connection, unless it is known to be small.
 */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: ExtraHeaders = {},
): void {
  if (response.headersSent || response.destroyed) return
  const { req: request } = response
  const text = JSON.stringify(body)
  if (!request.complete && !isSmall(request)) response.setHeader('connection', 'close')
  response.writeHead(status, {
    ...ANSWER_HEADERS,
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  })
  if (request.complete) {
    response.end(text)
    return
  }
  response.write(text)
  endAfterUnread(response)
}

/** The 200 of a token request, RFC 8693 section 2.2.1. `now` in milliseconds since the epoch. */
export function respondToken(
  response: ServerResponse,
  { issued }: RecordedToken,
  requestId: string,
  now: number,
): void {
  sendJson(response, 200, tokenAnswer(issued, now), { 'x-request-id': requestId })
}

/**
 * The answer of a "no": status, error and the error's constant sentence, never more (RFC 6749
 * section 5.2).
 */
export function respondRefusal(
  response: ServerResponse,
  refusal: Refusal,
  requestId: string,
): void {
  sendJson(response, refusal.status, refusalBody(refusal, requestId), {
    ...refusalHeaders(refusal),
    'x-request-id': requestId,
  })
}

/** The JSON of a refusal. */
export function refusalBody({ error, sentence }: Refusal, requestId: string) {
  return { error, error_description: sentence, request_id: requestId }
}

/** `Retry-After` in whole seconds, `Allow` of a 405, and the challenge of a 401 (RFC 6750). */
export function refusalHeaders(refusal: Refusal): ExtraHeaders {
  const { retryAfter, allow, status } = refusal
  return {
    ...(retryAfter === undefined
      ? {}
      : { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }),
    ...(allow === undefined ? {} : { allow }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  }
}

/** Whether the body, if any, is known to end soon. */
function isSmall({ headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length'] ?? 0)
  return headers['transfer-encoding'] === undefined && length <= BODY_LIMIT
}
