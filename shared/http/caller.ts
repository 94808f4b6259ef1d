import type { ServerResponse } from 'node:http'
import type { Caller, Trail } from '../domain/trail.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { clientAddress } from './client-address.ts'
import { loggablePath, type Route } from './routes.ts'
import { traceOf } from './trace.ts'

/** Characters of a user agent that are kept. */
const USER_AGENT = 256

/** What opening a trail needs. */
export interface TrailOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How many right-most entries of `X-Forwarded-For` our own proxies wrote. */
  readonly trustedHops: number
  readonly routes: readonly Route<string>[]
}

/**
 * Begins the trail of the request that `response` answers, with an id of our own: what the caller
 * sends as request or execution id is never taken.
 */
export function openTrail(response: ServerResponse, options: TrailOptions): Trail {
  const receivedAt = options.now()
  return {
    requestId: uuidv7(receivedAt),
    receivedAt,
    caller: callerOf(response, options),
    stages: {},
    attempts: {},
  }
}

function callerOf(response: ServerResponse, options: TrailOptions): Caller {
  const { req: request } = response
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return {
    address: clientAddress(request, options.trustedHops),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT),
    method: request.method ?? '',
    path: loggablePath(request, options.routes),
    ...traceOf(request.headers),
    gone: gone.signal,
  }
}

/**
 * The trail of a request that never reached a handler: Node could not read its head, so nothing is
 * known but when it came and from which socket. `receivedAt` in milliseconds since the epoch.
 */
export function unseenTrail(requestId: string, receivedAt: number, address = ''): Trail {
  const caller: Caller = {
    address,
    userAgent: '',
    method: '',
    path: '(unknown)',
    traceId: undefined,
    spanId: undefined,
    gone: new AbortController().signal,
  }
  return { requestId, receivedAt, caller, stages: {}, attempts: {} }
}
