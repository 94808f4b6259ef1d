import http, { type RequestListener, type Server } from 'node:http'
import { createEdgeServer, type EdgeOptions, type Handle } from './edge-server.ts'

/** How the framework's server is guarded. */
export interface GuardOptions extends EdgeOptions {
  /** Given the server before it listens, for its life cycle. */
  readonly onServer?: (server: Server) => void
  /** The address to listen on; every one, as the framework does, where it is left out. */
  readonly host?: string | undefined
  /** Told why the server cannot listen: a start that fails must say so, and end. */
  readonly onListenFailed: (error: NodeJS.ErrnoException) => void
}

/**
 * Makes the functions framework serve `handle` on a server of ours. To be called by the module that
 * the framework loads: it creates its server after that, by `http.createServer(app)`, and the next
 * express app handed to that function gets our server instead. Express, its body parsers (1 GiB,
 * inflating) and the `domain` of each request stay out; signal and crash handlers are
 * `manageLifecycle`'s. Servers created by anything else are left alone, before and after.
 */
export function guardFramework(handle: Handle, options: GuardOptions): void {
  const original = http.createServer

  function guarded(...args: Parameters<typeof http.createServer>): Server {
    if (!args.some(isExpressApp)) return Reflect.apply(original, http, args)
    Object.assign(http, { createServer: original })
    const server = createEdgeServer(handle, options)
    if (options.host !== undefined) bindTo(server, options.host)
    options.onServer?.(server)
    server.once('error', options.onListenFailed)
    server.once('listening', () => server.off('error', options.onListenFailed))
    return server
  }

  Object.assign(http, { createServer: guarded })
}

/** The framework calls `listen(port, callback)`: the address is put between. */
function bindTo(server: Server, host: string): void {
  const listen = server.listen.bind(server) as (...args: readonly unknown[]) => Server
  Object.assign(server, {
    listen: (port: unknown, onListening: unknown) => listen({ port, host }, onListening),
  })
}

/** Express apps are listeners with methods; no other listener has these three. */
function isExpressApp(candidate: unknown): candidate is RequestListener {
  return (
    typeof candidate === 'function' &&
    ['handle', 'use', 'set'].every((method) => typeof Reflect.get(candidate, method) === 'function')
  )
}
