import type { Dispatcher } from 'undici'

/** What is POSTed. Path, headers and body may hold tokens: never printed. */
export interface Post {
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: string
}

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number
  /** Whether it calls itself JSON and carries no content coding. */
  readonly json: boolean
  /** The `Retry-After` header as it came. */
  readonly retryAfter: string | undefined
  /** Undefined where the body exceeds the bound. */
  readonly text: string | undefined
}

/**
 * No whole answer: the time was up, the connection failed or broke, the caller went away, or the
 * request could not be sent at all. `code` is Node's or undici's error code. The error itself
 * stays behind, because it may hold bytes of the answer.
 */
export interface Failure {
  readonly failure: 'timeout' | 'reset' | 'aborted' | 'unsendable'
  readonly code: string
}

/** Bytes of an answer, at most: Google's tokens have at most 12,288. */
const MAX_BODY = 65_536

const JSON_TYPE = /^application\/json\s*(;|$)/i

/** Errors of undici for a request that will never be sent, however often it is tried. */
const UNSENDABLE = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'])

/**
 * Sends one request once and reads one bounded answer. `limit` in milliseconds covers all of it:
 * the wait for a connection, connecting, sending, and the last byte. Follows no redirect. Never
 * rejects.
 */
export function attempt(
  pool: Dispatcher,
  post: Post,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Answer | Failure> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let status = 0
    let json = false
    let retryAfter: string | undefined
    let settled = false
    let controller: Dispatcher.DispatchController | undefined

    const settle = (outcome: Answer | Failure): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(outcome)
    }
    const giveUp = (outcome: Answer | Failure): void => {
      settle(outcome)
      controller?.abort(new Error('abandoned'))
    }
    const onAbort = (): void => giveUp({ failure: 'aborted', code: 'ABORTED' })
    const timer = setTimeout(giveUp, limit, { failure: 'timeout', code: 'TIMEOUT' })
    signal?.addEventListener('abort', onAbort)

    pool.dispatch(
      { method: 'POST', path: post.path, headers: post.headers, body: post.body },
      {
        onRequestStart(control) {
          controller = control
          // Given up while it waited for a connection: the token is not sent any more.
          if (settled) control.abort(new Error('abandoned'))
        },
        onResponseStart(_control, statusCode, headers) {
          status = statusCode
          const { 'content-type': type, 'content-encoding': coding, 'retry-after': hint } = headers
          json = typeof type === 'string' && JSON_TYPE.test(type) && coding === undefined
          retryAfter = typeof hint === 'string' ? hint : undefined
          if (Number(headers['content-length']) > MAX_BODY) {
            giveUp({ status, json, retryAfter, text: undefined })
          }
        },
        onResponseData(_control, chunk) {
          bytes += chunk.length
          if (bytes > MAX_BODY) giveUp({ status, json, retryAfter, text: undefined })
          else chunks.push(chunk)
        },
        onResponseEnd() {
          const [first] = chunks
          const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
          settle({ status, json, retryAfter, text: body.toString() })
        },
        onResponseError(_control, error) {
          const code = codeOf(error)
          settle({ failure: UNSENDABLE.has(code) ? 'unsendable' : 'reset', code })
        },
      },
    )
  })
}

/** The error's code where it is one, never its text. */
function codeOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'UNKNOWN'
}
