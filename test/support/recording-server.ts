import type { IncomingMessage, ServerResponse } from 'node:http'
import { serve, type LoopbackServer } from './loopback-server.ts'

/** A request as the server got it. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers the `nth` request, counted from 1. */
export type Reply = (response: ServerResponse, request: RecordedRequest, nth: number) => void

/** A real server that keeps every request and answers as it is told. */
export interface RecordingServer extends LoopbackServer {
  readonly requests: readonly RecordedRequest[]
  /** Replaces the answer and forgets the requests so far. */
  readonly replyWith: (reply: Reply) => void
}

/** Serves over HTTP, or over HTTPS with `tls`; answers 200 `{}` until told otherwise. */
export async function record(tls?: {
  readonly key: string
  readonly cert: string
}): Promise<RecordingServer> {
  const requests: RecordedRequest[] = []
  let reply: Reply = json(200, {})
  const server = await serve((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const recorded = { method, path, headers, body }
      requests.push(recorded)
      reply(response, recorded, requests.length)
    })
  }, tls)
  return {
    ...server,
    requests,
    replyWith(next) {
      requests.length = 0
      reply = next
    },
  }
}

/** A JSON answer. */
export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers })
      .end(JSON.stringify(body))
}

/** An answer of any type. */
export function text(status: number, type: string, body: string | Buffer): Reply {
  return (response) => response.writeHead(status, { 'content-type': type }).end(body)
}

/** The listed answers in turn; the last one for all that follow. */
export function inTurn(...replies: readonly Reply[]): Reply {
  return (response, request, nth) => {
    const reply = replies[Math.min(nth, replies.length) - 1]
    if (reply === undefined) throw new Error('no reply was listed')
    reply(response, request, nth)
  }
}

/** Accepts the request and never answers. */
export const hang: Reply = () => {}

/** Breaks the connection before any answer. */
export const reset: Reply = (response) => response.destroy()
