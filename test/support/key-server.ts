import type { JsonWebKey } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { guardedGet } from '../../shared/net/guarded-fetch.ts'
import type { Get } from '../../shared/keys/discovery.ts'
import { serve, type LoopbackServer } from './loopback-server.ts'

/** The guarded fetch as the local stack has it: loopback allowed. */
export const getOnLoopback: Get = (url, options) =>
  guardedGet(url, { ...options, allowLoopback: true })

/** An identity provider as a key store sees it: a discovery document and a key set. */
export interface KeyServer extends LoopbackServer {
  /** Replaces the published keys. */
  readonly publish: (...keys: readonly JsonWebKey[]) => void
  /** Replaces both documents' answers; undefined: back to normal. */
  readonly answer: (listener: RequestListener | undefined) => void
  /** The `Cache-Control` of the key set. */
  readonly cacheControl: (value: string) => void
  /** Requests so far: of the discovery document, of the key set. */
  readonly asked: () => readonly [discovery: number, jwks: number]
  /** Settles when the next request has come in. */
  readonly nextRequest: () => Promise<void>
}

/** Starts one on a free port; its issuer is its origin, and its keys are at `/jwks`. */
export async function serveKeys(...keys: readonly JsonWebKey[]): Promise<KeyServer> {
  let published = keys
  let override: RequestListener | undefined
  let cacheControl: string | undefined
  let waiting: (() => void)[] = []
  const asked = { discovery: 0, jwks: 0 }
  const server = await serve((request, response) => {
    const isJwks = request.url === '/jwks'
    asked[isJwks ? 'jwks' : 'discovery'] += 1
    for (const resolve of waiting.splice(0)) resolve()
    if (override !== undefined) return override(request, response)
    response.setHeader('content-type', 'application/json')
    if (isJwks && cacheControl !== undefined) response.setHeader('cache-control', cacheControl)
    const discovery = { issuer: server.origin, jwks_uri: `${server.origin}/jwks` }
    response.end(JSON.stringify(isJwks ? { keys: published } : discovery))
  })
  return {
    ...server,
    publish: (...next) => {
      published = next
    },
    answer: (listener) => {
      override = listener
    },
    cacheControl: (value) => {
      cacheControl = value
    },
    asked: () => [asked.discovery, asked.jwks],
    nextRequest: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve]
      }),
  }
}
