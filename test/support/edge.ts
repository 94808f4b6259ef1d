import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createEdgeServer, type EdgeOptions, type Handle } from '../../shared/http/edge-server.ts'
import { trackInFlight, type InFlight } from '../../shared/http/in-flight.ts'

/** An edge server of one test. */
export interface Edge {
  readonly port: number
  readonly origin: string
  readonly inFlight: InFlight
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** Serves `handle` behind the edge on a free port of 127.0.0.1. */
export async function serveEdge(
  handle: Handle,
  options: Partial<Omit<EdgeOptions, 'inFlight'>> = {},
): Promise<Edge> {
  const inFlight = trackInFlight()
  const server = createEdgeServer(handle, { now: Date.now, ...options, inFlight })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    inFlight,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
