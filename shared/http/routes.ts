import type { IncomingMessage } from 'node:http'
import { Refusal } from '../domain/refusal.ts'

/** One path of a function. A path answers to one method; those that answer to GET also to HEAD. */
export interface Route<Name extends string> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly name: Name
}

/** The paths of the `token` function. None ends in `z`: Cloud Run keeps those for itself. */
export const TOKEN_ROUTES = [
  { method: 'POST', path: '/v1/token', name: 'token' },
  { method: 'POST', path: '/v1/introspect', name: 'introspect' },
  { method: 'GET', path: '/.well-known/oauth-authorization-server', name: 'metadata' },
  { method: 'GET', path: '/.well-known/jwks.json', name: 'jwks' },
  { method: 'GET', path: '/openapi.json', name: 'openapi' },
  { method: 'GET', path: '/health', name: 'health' },
  { method: 'GET', path: '/ready', name: 'ready' },
] as const satisfies readonly Route<string>[]

/** Names of the `token` function's paths. */
export type TokenRoute = (typeof TOKEN_ROUTES)[number]['name']

/**
 * Which of `routes` a request is for; paths are compared as they came, so that no proxy and no
 * decoder can disagree with us. Throws `Refusal`: `method`; `request`, with 404 for a path that does
 * not exist and 400 for one that is not valid percent-encoding.
 */
export function matchRoute<Name extends string>(
  request: Pick<IncomingMessage, 'url' | 'method'>,
  routes: readonly Route<Name>[],
): Name {
  const path = pathOf(request)
  const route = routes.find((candidate) => candidate.path === path)
  if (route === undefined) throw new Refusal('request', isEncoded(path) ? { status: 404 } : {})
  const { method } = request
  if (method !== route.method && !(method === 'HEAD' && route.method === 'GET')) {
    throw new Refusal('method', { allow: route.method === 'GET' ? 'GET, HEAD' : route.method })
  }
  return route.name
}

/** The path as logs may show it: a known one, or `(unknown)`, since anything may stand there. */
export function loggablePath(
  request: Pick<IncomingMessage, 'url'>,
  routes: readonly Route<string>[],
): string {
  const path = pathOf(request)
  return routes.some((route) => route.path === path) ? path : '(unknown)'
}

/** The request target without its query; of the absolute form (RFC 9112 section 3.2.2) the path. */
function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '')
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
