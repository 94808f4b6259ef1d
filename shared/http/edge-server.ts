import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { asRefusal, Refusal } from '../domain/refusal.ts'
import { uuidv7 } from '../domain/uuid.ts'
import type { InFlight } from './in-flight.ts'
import { refusalOfParser, refuseRaw } from './raw-answer.ts'
import { respondRefusal } from './respond.ts'

/** Answers one request. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** How long and how large requests may be before any code of ours sees them. */
export interface EdgeLimits {
  /** Milliseconds for the header; a connection that never sends one ends then, too. */
  readonly headersTimeout: number
  /** Milliseconds for header and body together. */
  readonly requestTimeout: number
  /** Milliseconds that a connection may idle between two requests. */
  readonly keepAliveTimeout: number
  /** Milliseconds without a byte in either direction, an answer under way included. */
  readonly socketTimeout: number
  /** Bytes of the header. */
  readonly maxHeaderSize: number
  readonly maxConnections: number
}

const LIMITS: EdgeLimits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 75_000,
  socketTimeout: 60_000,
  maxHeaderSize: 16_384,
  maxConnections: 4_096,
}

/** What an edge server needs beside its handler. */
export interface EdgeOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly inFlight: InFlight
  /** Told of each answer that no handler gave, for the record; `address` is the socket's own. */
  readonly onRefused?: (refusal: Refusal, requestId: string, address: string) => void
  readonly limits?: Partial<EdgeLimits>
}

/**
 * An HTTP server on which every answer is JSON, also those that Node gives by itself: a bad request
 * line, a header too large, `Content-Length` beside `Transfer-Encoding`, a request that never ends,
 * CONNECT. Upgrades are answered as if they had not been asked for (RFC 9110 section 7.8). A handler
 * that fails is a 500, never an unhandled rejection.
 */
export function createEdgeServer(handle: Handle, options: EdgeOptions): Server {
  const limits = { ...LIMITS, ...options.limits }
  const { now, inFlight, onRefused = () => {} } = options
  const answering = new WeakMap<Duplex, Set<ServerResponse>>()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    inFlight.add(response)
    const { socket } = request
    const ofSocket = answering.get(socket) ?? answersOf(socket)
    ofSocket.add(response)
    response.once('close', () => ofSocket.delete(response))
    // A write after the caller hung up is no news: the abort is noticed elsewhere.
    response.on('error', () => {})
    try {
      const faulty = faultOf(request)
      if (faulty !== undefined) {
        response.setHeader('connection', 'close')
        throw new Refusal('request', { detail: faulty })
      }
      await handle(request, response)
    } catch (error) {
      const refusal = asRefusal(error)
      const requestId = uuidv7(now())
      onRefused(refusal, requestId, addressOf(socket))
      // An answer that was begun and cannot be finished must not look finished.
      if (response.headersSent) response.destroy()
      else respondRefusal(response, refusal, requestId)
    }
  }

  function refuse(refusal: Refusal, socket: Duplex): void {
    const requestId = uuidv7(now())
    onRefused(refusal, requestId, addressOf(socket))
    refuseRaw(socket, refusal, requestId)
  }

  /**
   * The answers of one connection. Node never closes those that wait behind another one when their
   * connection ends by CONNECT or by an error: each is told, or it would count as in flight for ever.
   */
  function answersOf(socket: Duplex): Set<ServerResponse> {
    const answers = new Set<ServerResponse>()
    answering.set(socket, answers)
    socket.once('close', () => {
      for (const response of answers) response.emit('close')
    })
    return answers
  }

  /** Whether bytes written now would be taken for the answer to another request. */
  function isAnswering(socket: Duplex): boolean {
    const responses = [...(answering.get(socket) ?? [])]
    return responses.some(({ headersSent, req }) => headersSent || req.complete)
  }

  const server = createServer({
    maxHeaderSize: limits.maxHeaderSize,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeout),
    insecureHTTPParser: false,
    // Node's own refusal of a missing Host has an empty body.
    requireHostHeader: false,
  })
  server.maxConnections = limits.maxConnections
  // Past the default of 2,000 lines Node drops headers silently, those of our own proxies first.
  server.maxHeadersCount = 0
  server.on('request', (request, response) => void answer(request, response))
  server.on('checkContinue', (request, response) => void answer(request, response))
  server.on('checkExpectation', (request, response) => void answer(request, response))
  server.on('connect', (_request, socket) => {
    // Behind other requests the refusal would be taken for the answer to one of them.
    if ((answering.get(socket)?.size ?? 0) > 0) socket.destroy()
    else refuse(new Refusal('method', { allow: 'GET, HEAD, POST' }), socket)
  })
  server.on('clientError', (error: Error, socket: Duplex) => {
    const silent = socket instanceof Socket && socket.bytesRead === 0
    if (!socket.writable || silent || isAnswering(socket)) socket.destroy()
    else refuse(refusalOfParser(error), socket)
  })
  // The framework switches the idle time-out off as soon as it has begun to listen.
  server.on('listening', () => server.setTimeout(limits.socketTimeout))
  return server
}

/** Headers that may stand once: of several, Node takes the first and a proxy perhaps the last. */
const SINGLE: ReadonlySet<string> = new Set(['host', 'content-type', 'authorization'])

/** What Node lets pass and the standards do not: RFC 9110 section 5.3, RFC 9112 sections 3.2, 6.1. */
function faultOf({ headers, rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  const single = names.filter((name) => SINGLE.has(name))
  if (new Set(single).size < single.length) return 'a single header twice'
  if (httpVersion === '1.1') return headers.host === undefined ? 'no Host header' : undefined
  return headers['transfer-encoding'] === undefined ? undefined : 'Transfer-Encoding in HTTP/1.0'
}

function addressOf(socket: Duplex): string {
  return (socket instanceof Socket ? socket.remoteAddress : undefined) ?? ''
}
