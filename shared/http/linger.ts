import type { ServerResponse } from 'node:http'

/** Milliseconds and bytes for which an unread body is thrown away after the answer. */
const LINGER_MS = 1_000
const LINGER_BYTES = 1_048_576

/**
 * Ends an answer whose request body was not read to its end: the rest is thrown away for a moment
 * before the connection closes. Closing at once would reset it, and a client that is still writing
 * would lose the answer.
 */
export function endAfterUnread(response: ServerResponse): void {
  const { req: request } = response
  let dropped = 0

  function end(): void {
    clearTimeout(timer)
    request.off('data', drop)
    request.off('end', end)
    request.off('close', end)
    response.end()
  }
  function drop(chunk: Buffer): void {
    dropped += chunk.length
    if (dropped > LINGER_BYTES) end()
  }

  const timer = setTimeout(end, LINGER_MS)
  request.on('data', drop)
  request.once('end', end)
  request.once('close', end)
  request.resume()
}
