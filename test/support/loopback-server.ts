import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A real server on a free port of 127.0.0.1. */
export interface LoopbackServer {
  readonly port: number
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT` with a certificate. */
  readonly origin: string
  /** TCP connections so far: a canary's is 0. */
  readonly connections: () => number
  readonly close: () => Promise<void>
  /** The same, for `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** Serves `listener` over HTTP, or over HTTPS with `tls`. */
export async function serve(
  listener: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Promise<LoopbackServer> {
  const server: Server =
    tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener)
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  }
  return {
    port,
    origin: tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    connections: () => connections,
    close,
    [Symbol.asyncDispose]: close,
  }
}
