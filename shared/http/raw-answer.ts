import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { Refusal, type Reason } from '../domain/refusal.ts'
import { ANSWER_HEADERS } from './headers.ts'
import { refusalBody, refusalHeaders } from './respond.ts'

/** What Node's HTTP parser and time-outs report, as reasons; everything else is `request`. */
const REASONS: ReadonlyMap<string, Reason> = new Map([
  ['HPE_HEADER_OVERFLOW', 'header_size'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'size'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'timeout'],
])

/**
 * The refusal for bytes that are no request. The detail is Node's code alone: the error holds the
 * packet, and the packet may hold a token.
 */
export function refusalOfParser(error: Error): Refusal {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
  return new Refusal(REASONS.get(code) ?? 'request', { detail: code })
}

/** Writes a refusal to a connection that has no response object, and closes the connection. */
export function refuseRaw(socket: Duplex, refusal: Refusal, requestId: string): void {
  const body = JSON.stringify(refusalBody(refusal, requestId))
  const headers = {
    ...ANSWER_HEADERS,
    ...refusalHeaders(refusal),
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const status = `${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy())
}
