import type { ServerResponse } from 'node:http'
import type { RecordedToken } from '../domain/issued.ts'
import type { Refusal } from '../domain/refusal.ts'
import { BODY_LIMIT } from './body-limit.ts'
import { ANSWER_HEADERS } from './headers.ts'
import { endAfterUnread } from './linger.ts'
import { tokenAnswer } from './token-answer.ts'

/** Headers of one answer beyond those of every answer. */
type ExtraHeaders = Readonly<Record<string, string>>

/**
 * Answers with JSON, once: where an answer has begun or the caller is gone, nothing happens. A body
 * that was not read costs its connection, unless it is known to be small.
 */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: ExtraHeaders = {},
): void {
  if (response.headersSent || response.destroyed) return
  const text = JSON.stringify(body)
  const length = String(Buffer.byteLength(text))
  const unread = isLongUnread(response)
  response.writeHead(status, {
    ...ANSWER_HEADERS,
    'content-length': length,
    ...headers,
    ...(unread ? { connection: 'close' } : {}),
  })
  if (!unread) {
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

function isLongUnread({ req: request }: ServerResponse): boolean {
  if (request.complete) return false
  const length = Number(request.headers['content-length'])
  return !(length <= BODY_LIMIT)
}
