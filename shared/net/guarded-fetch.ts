import { readFile } from 'node:fs/promises'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps, type RequestOptions } from 'node:https'
import { getCACertificates } from 'node:tls'
import { isLoopbackHost, mayConnect, type Reach } from './address-rules.ts'
import { guardedLookup, type Resolve } from './guarded-lookup.ts'
import { fetchRefused, isFetchRefused } from './fetch-refused.ts'

/** What one fetch may do. */
export interface GuardedGetOptions {
  /** `private` permits private addresses; link-local and metadata stay forbidden. */
  readonly network: 'public' | 'private'
  /** PEM file with a certificate authority to trust beside the well-known ones. */
  readonly caFile?: string | undefined
  /** Permits `http:` and loopback addresses, for 127.0.0.1, [::1] and localhost alone. */
  readonly allowLoopback: boolean
  /** The `Accept` header. */
  readonly accept: string
  /** Milliseconds from the look-up of the name to the last byte. Default 2,500. */
  readonly timeoutMs?: number
  /** Bytes of the body, at most. Default 65,536. */
  readonly maxBytes?: number
  /** How names become addresses; the system's resolver unless given. */
  readonly resolve?: Resolve
}

/** A 200 with JSON in it, not yet parsed. */
export interface GuardedAnswer {
  readonly text: string
  readonly headers: {
    readonly 'cache-control'?: string | undefined
    readonly age?: string | undefined
  }
}

/** Names of the metadata service, refused before they are looked up. */
const METADATA_HOST = /^metadata(\.google\.internal)?\.?$/

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i

/**
 * GETs a JSON document from an address that somebody else chose. Only `https:` (see
 * `allowLoopback`), certificates always verified; the connected address is judged, not the name;
 * no redirect is followed, no content coding accepted, no proxy used, no connection kept. An
 * absent `Content-Type` passes, a foreign one does not. Throws `Error` with a constant text that
 * holds nothing of the answer.
 */
export async function guardedGet(url: string, options: GuardedGetOptions): Promise<GuardedAnswer> {
  const { timeoutMs = 2_500, maxBytes = 65_536 } = options
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await connect(url, options, signal)
    try {
      judgeHead(response, maxBytes)
      const { 'cache-control': cacheControl, age } = response.headers
      return {
        text: await readText(response, maxBytes),
        headers: { 'cache-control': cacheControl, age },
      }
    } finally {
      response.destroy()
    }
  } catch (error) {
    if (isFetchRefused(error)) throw error
    if (signal.aborted) throw fetchRefused(`no whole answer within ${timeoutMs} ms`)
    throw fetchRefused(`the request failed${codeOf(error)}`)
  }
}

/** The response's head, from an address that was judged twice: as looked up and as connected. */
async function connect(
  text: string,
  options: GuardedGetOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { url, reach } = judgeUrl(text, options)
  const settings: RequestOptions = {
    agent: false,
    signal,
    lookup: guardedLookup(reach, options.resolve),
    headers: {
      accept: options.accept,
      'accept-encoding': 'identity',
      'user-agent': 'token-bureau',
    },
    rejectUnauthorized: true,
    ...(options.caFile === undefined ? {} : { ca: await authorities(options.caFile) }),
  }
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const outgoing = request(url, settings)
    outgoing.once('socket', (socket) => {
      socket.once('connect', () => {
        if (!mayConnect(socket.remoteAddress ?? '', reach)) {
          outgoing.destroy(fetchRefused('the connected address is not permitted'))
        }
      })
    })
    outgoing.once('response', resolve)
    outgoing.on('error', reject)
    outgoing.end()
  })
}

function judgeUrl(text: string, options: GuardedGetOptions): { url: URL; reach: Reach } {
  const url = URL.parse(text)
  if (url === null) throw fetchRefused('the URL is malformed')
  const loopback = options.allowLoopback && isLoopbackHost(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw fetchRefused('the URL is not https')
  }
  if (url.username !== '' || url.password !== '') {
    throw fetchRefused('the URL holds credentials')
  }
  const reach = { network: options.network, loopback }
  const literal = /^(?:\[(.+)\]|([\d.]+))$/.exec(url.hostname)
  const address = literal?.[1] ?? literal?.[2]
  // A literal address is never looked up, so it is judged here.
  if (address !== undefined && !mayConnect(address, reach)) {
    throw fetchRefused('the address is not permitted')
  }
  if (METADATA_HOST.test(url.hostname) || (isLoopbackHost(url.hostname) && !loopback)) {
    throw fetchRefused('the address is not permitted')
  }
  return { url, reach }
}

function judgeHead({ statusCode = 0, headers }: IncomingMessage, maxBytes: number): void {
  if (statusCode >= 300 && statusCode < 400) throw fetchRefused('redirects are not followed')
  if (statusCode !== 200) throw fetchRefused(`the answer has status ${statusCode}`)
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw fetchRefused('the answer is compressed')
  }
  if (!JSON_TYPE.test(headers['content-type'] ?? 'application/json')) {
    throw fetchRefused('the answer is not JSON')
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLong(maxBytes)
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw tooLong(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLong(maxBytes: number): Error {
  return fetchRefused(`the answer is longer than ${maxBytes} bytes`)
}

/** Read anew for each fetch, so that a renewed file needs no restart. */
async function authorities(caFile: string): Promise<string[]> {
  const pem = await readFile(caFile, 'utf8').catch(() => {
    throw fetchRefused('the caFile cannot be read')
  })
  return [...getCACertificates('default'), pem]
}

/** Only the code of a library's error is passed on: its text and properties may quote the answer. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : ''
}
