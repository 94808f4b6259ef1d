import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Reason } from '../../../shared/domain/refusal.ts'
import { answersIn, openSocket, sendRaw, untilClosed } from '../raw-http.ts'
import type { HttpAnswer, HttpRequest } from './http-client.ts'
import { exchangeForm, type Stage } from './stage.ts'

/** Something that no honest client sends over HTTP. */
export interface EdgeAttack {
  readonly id: string
  readonly name: string
  readonly reason: Reason
  /** Where the reason alone does not say it. */
  readonly status?: 404
  readonly send: (stage: Stage, token: string) => Promise<HttpAnswer>
}

const FORM = 'application/x-www-form-urlencoded'
const LIMIT = 65_536

const formOf = (token: string): string => new URLSearchParams(exchangeForm(token)).toString()

function sent(
  id: string,
  reason: Reason,
  name: string,
  request: (token: string) => HttpRequest,
): EdgeAttack {
  return { id, name, reason, send: ({ client }, token) => client.send(request(token)) }
}

function raw(
  id: string,
  reason: Reason,
  name: string,
  bytes: (token: string) => string,
): EdgeAttack {
  return {
    id,
    name,
    reason,
    send: async ({ stack }, token) => firstOf(await sendRaw(stack.bureau.port, bytes(token))),
  }
}

function firstOf(text: string): HttpAnswer {
  const [first] = answersIn(text)
  if (first === undefined) throw new Error('no answer')
  return first
}

/** The head of a POST by hand. */
function head(...lines: readonly string[]): string {
  return ['POST /v1/token HTTP/1.1', 'Host: x', `Content-Type: ${FORM}`, ...lines, '', ''].join(
    '\r\n',
  )
}

const bomb = Buffer.alloc(32 * 1024 * 1024)
const BOMBS = {
  gzip: () => gzipSync(bomb),
  br: () => brotliCompressSync(bomb),
  deflate: () => deflateSync(bomb),
  zstd: () => zstdCompressSync(bomb),
  'gzip, gzip': () => gzipSync(gzipSync(bomb)),
} as const

const UNKNOWN_PATHS = ['/', '/v1/token/', '/v1/Token', '//v1/token', '/favicon.ico', '/robots.txt']
const BROKEN_PATHS = ['/%ff', '/v1/token/%zz', '/%', '/v1/%c0%ae%c0%ae/token']

/** Methods, types, sizes, encodings, addresses. */
export const EDGE_ATTACKS: readonly EdgeAttack[] = [
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'].map((method) =>
    sent('HT01', 'method', method, () => ({ method })),
  ),
  sent('HT01', 'method', 'a cross-origin preflight', () => ({
    method: 'OPTIONS',
    headers: {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  })),
  ...[
    'text/plain',
    'text/xml',
    'application/xml',
    'multipart/form-data; boundary=x',
    `${FORM}; charset=latin1`,
    `${FORM}, application/json`,
    'application/json-patch+json',
    '',
  ].map((type) =>
    sent('HT01', 'media_type', `type ${JSON.stringify(type)}`, (token) => ({
      headers: type === '' ? {} : { 'content-type': type },
      body: formOf(token),
    })),
  ),
  ...Object.entries(BOMBS).map(([coding, make]) =>
    sent('HT04', 'encoding', `a ${coding} bomb`, () => ({
      headers: { 'content-type': FORM, 'content-encoding': coding },
      body: make().subarray(0, LIMIT),
    })),
  ),
  sent('HT04', 'size', '64 KiB and one byte', (token) => ({
    body: `${formOf(token)}&pad=`.padEnd(LIMIT + 1, 'x'),
  })),
  sent('JH20', 'size', 'a million dots', () => ({ body: formOf('.'.repeat(1_000_000)) })),
  raw('HT04', 'size', 'a Content-Length of 1 GiB', () => head('Content-Length: 1073741824')),
  raw(
    'HT04',
    'request',
    'Content-Length beside Transfer-Encoding',
    (token) =>
      `${head('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n${formOf(token)}`,
  ),
  raw('HT04', 'request', 'two Content-Lengths', () =>
    head('Content-Length: 5', 'Content-Length: 6'),
  ),
  raw('HT04', 'request', 'a Content-Length below zero', () => head('Content-Length: -1')),
  {
    id: 'HT04',
    name: 'chunks without end',
    reason: 'size',
    send: async ({ stack }) => {
      const socket = await openSocket(stack.bureau.port)
      const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
      socket.write(head('Transfer-Encoding: chunked'))
      const timer = setInterval(() => socket.writable && socket.write(chunk), 5)
      const text = await untilClosed(socket)
      clearInterval(timer)
      return firstOf(text)
    },
  },
  sent('HT09', 'request', 'a token in the query string', (token) => ({
    path: `/v1/token?subject_token=${token}`,
    body: formOf(token),
  })),
  sent('HT09', 'request', 'a token in the query string alone', (token) => ({
    path: `/v1/token?${formOf(token)}`,
  })),
  {
    ...sent('HT09', 'request', 'a token in the path', (token) => ({ path: `/v1/token/${token}` })),
    status: 404,
  },
  ...UNKNOWN_PATHS.map((path): EdgeAttack => ({
    ...sent('HT22', 'request', path, (token) => ({ path, body: formOf(token) })),
    status: 404,
  })),
  ...BROKEN_PATHS.map((path) =>
    sent('HT22', 'request', path, (token) => ({ path, body: formOf(token) })),
  ),
  raw('HT22', 'request', 'a request line that is none', () => 'GET\r\n\r\n'),
  raw('HT22', 'header_size', 'a header of 20 KiB', () => head(`X: ${'x'.repeat(20_480)}`)),
]
