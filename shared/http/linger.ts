import type { ServerResponse } from 'node:http'

/** Milliseconds and bytes for which an unread body is thrown away after the answer. */
const LINGER_MS = 1_000
const LINGER_BYTES = 1_048_576

/**
 * Ends an answer, already written, whose request body has not come to its end. What still comes is
 * thrown away for a moment: closing at once would reset the connection, and a client that is still
 * writing would lose the answer. If the end comes, the connection may live on.
 */
export function endAfterUnread(response: ServerResponse): void {
  const { req: request } = response
  let dropped = 0

  function end(): void {
    clearTimeout(timer)
    request.off('data', drop).off('end', end).off('close', end)
    if (!request.complete) response.once('finish', () => request.socket.destroySoon())
    response.end()
  }
  function drop(chunk: Buffer): void {
    dropped += chunk.length
    if (dropped > LINGER_BYTES) end()
  }

  const timer = setTimeout(end, LINGER_MS)
  request.on('data', drop).on('end', end).on('close', end)
  request.resume()
}
