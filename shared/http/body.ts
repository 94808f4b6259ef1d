import type { ServerResponse } from 'node:http'
import { Refusal } from '../domain/refusal.ts'

/** Bytes of a request body, at most. */
export const BODY_LIMIT = 65_536

/** Milliseconds within which a body must be complete. */
const BODY_DEADLINE = 10_000

/**
 * Reads the body of the request that `response` answers, as it came: at most 64 KiB, whatever its
 * `Content-Length` says. Asks for it where the client waits for `100 Continue`, so that whoever was
 * refused before has sent nothing. Throws `Refusal`: `size`, `timeout`, `aborted`.
 */
export async function readBody(
  response: ServerResponse,
  deadline: number = BODY_DEADLINE,
): Promise<Buffer> {
  const { req: request } = response
  if (Number(request.headers['content-length']) > BODY_LIMIT) throw new Refusal('size')
  if (request.destroyed) throw new Refusal('aborted', { detail: 'before the request was read' })
  // An HTTP/1.0 client would take the 100 for the answer (RFC 9110 section 10.1.1).
  const waits = request.headers.expect?.toLowerCase() === '100-continue'
  if (waits && request.httpVersion === '1.1') response.writeContinue()

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0

    function settle(refusal?: Refusal): void {
      clearTimeout(timer)
      request.off('data', onChunk).off('end', onEnd).off('error', onGone).off('close', onGone)
      if (refusal === undefined) {
        const [only] = chunks
        resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size))
        return
      }
      request.pause()
      reject(refusal)
    }
    const onChunk = (chunk: Buffer): void => {
      size += chunk.length
      if (size > BODY_LIMIT) settle(new Refusal('size'))
      else chunks.push(chunk)
    }
    const onEnd = (): void => settle()
    const onGone = (): void => settle(new Refusal('aborted', { detail: 'in mid-request' }))

    const timer = setTimeout(() => settle(new Refusal('timeout')), deadline)
    request.on('data', onChunk).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}
