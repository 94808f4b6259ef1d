import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** A socket where nobody has any business. */
export interface Canary {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Connections so far: none, or somebody followed where a stranger pointed. */
  readonly connections: () => number
  readonly close: () => void
}

/** Listens, and accepts whoever comes. */
export async function openCanary(): Promise<Canary> {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => {})
    socket.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () => void server.close(),
  }
}
