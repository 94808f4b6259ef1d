import type { IncomingHttpHeaders } from 'node:http'

/** One request as a double's endpoint sees it. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The named groups of the route's pattern, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
}

/** What an endpoint answers: a string goes out as it is, anything else as JSON. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One endpoint. `name` is what counters and fault switches call it. */
export interface Route {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: RegExp
  readonly answer: (call: Call) => Reply | Promise<Reply>
}

/** The route of a request and the pattern's groups; undefined where none answers. */
export function routeOf(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    if (route.method !== method) continue
    const match = route.path.exec(path)
    if (match === null) continue
    try {
      const groups: readonly (readonly [string, string | undefined])[] = Object.entries(
        match.groups ?? {},
      )
      const params = groups.flatMap(([name, value]) =>
        value === undefined ? [] : [[name, decodeURIComponent(value)] as const],
      )
      return { route, params: Object.fromEntries(params) }
    } catch {
      return undefined
    }
  }
  return undefined
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers, body }
}
