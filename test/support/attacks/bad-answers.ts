import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Publication } from './issuers.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** Answers with these bytes at once, their length told. */
function whole(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': String(body.length), ...headers })
    response.end(body)
  }
}

/** Answers with this piece again and again, until the other side has enough. */
function again(piece: Uint8Array, milliseconds: number): RequestListener {
  return (_request, response) => {
    response.writeHead(200, JSON_TYPE)
    const timer = setInterval(() => response.write(piece), milliseconds)
    response.once('close', () => clearInterval(timer))
  }
}

function redirect(to: string, status: number): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { location: to }).end()
  }
}

const jwks = (answer: RequestListener): Publication => ({ answers: { jwks: answer } })
const discovery = (answer: RequestListener): Publication => ({ answers: { discovery: answer } })

/** An identity provider that answers wrongly: whatever it says, its keys are not to be had. */
export interface BadIssuer {
  readonly id: 'IS08' | 'IS10'
  readonly name: string
  readonly publish: (canary: string) => Publication
}

function pointing(name: string, to: (canary: string) => string): BadIssuer {
  return {
    id: 'IS08',
    name: `jwks_uri ${name}`,
    publish: (canary) => ({ discovery: { jwks_uri: to(canary) } }),
  }
}

/** Issuers that point elsewhere, and issuers that answer without end. */
export const BAD_ISSUERS: readonly BadIssuer[] = [
  {
    id: 'IS08',
    name: 'discovery names another issuer',
    publish: () => ({ discovery: { issuer: 'https://accounts.google.com' } }),
  },
  {
    id: 'IS08',
    name: 'discovery names no issuer',
    publish: () => ({ discovery: { issuer: null } }),
  },
  ...[301, 302, 303, 307, 308].map((status): BadIssuer => ({
    id: 'IS08',
    name: `discovery redirects to a canary by ${status}`,
    publish: (canary) => discovery(redirect(canary, status)),
  })),
  {
    id: 'IS08',
    name: 'the key set redirects to a canary',
    publish: (canary) => jwks(redirect(canary, 302)),
  },
  pointing('on another host', (canary) => `${canary}/jwks`),
  pointing('of plain http elsewhere', () => 'http://keys.example.com/jwks'),
  pointing('at a private address', () => 'https://10.0.0.1/jwks'),
  pointing('at the metadata server', () => 'http://169.254.169.254/computeMetadata/v1'),
  pointing('at the metadata server’s name', () => 'http://metadata.google.internal/jwks'),
  pointing('at loopback in octal', () => 'http://0177.0.0.1/jwks'),
  pointing('at a mapped address', () => 'http://[::ffff:127.0.0.1]/jwks'),
  pointing('of file:', () => 'file:///etc/passwd'),
  pointing('of data:', () => 'data:application/json,{"keys":[]}'),
  {
    id: 'IS10',
    name: 'a key set of 10 MiB',
    publish: () => jwks(whole(Buffer.alloc(10 * 1024 * 1024, ' '))),
  },
  {
    id: 'IS10',
    name: 'a key set without end',
    publish: () => jwks(again(Buffer.alloc(65_536, ' '), 1)),
  },
  {
    id: 'IS10',
    name: 'a discovery document without end',
    publish: () => discovery(again(Buffer.alloc(65_536, ' '), 1)),
  },
  {
    id: 'IS10',
    name: 'a gzip bomb',
    publish: () =>
      jwks(whole(gzipSync(Buffer.alloc(50 * 1024 * 1024, ' ')), { 'content-encoding': 'gzip' })),
  },
  {
    id: 'IS10',
    name: 'one byte a second',
    publish: () => jwks(again(Buffer.from(' '), 1000)),
  },
  { id: 'IS10', name: 'silence', publish: () => jwks(() => {}) },
  {
    id: 'IS10',
    name: '10,000 keys',
    publish: () => ({ keys: Array.from({ length: 10_000 }, () => ({ kty: 'oct' })) }),
  },
  {
    id: 'IS10',
    name: '65 keys that fit in 64 KiB',
    publish: () => ({ keys: Array.from({ length: 65 }, () => ({ kty: 'oct' })) }),
  },
]
