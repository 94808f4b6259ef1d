import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'

/** A port that somebody else listens on. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse'

  constructor(port: number) {
    super(`port ${port} of 127.0.0.1 is in use`)
  }
}

/** Listens on 127.0.0.1 alone and gives the port; 0 is any free one. Throws {@link PortInUse}. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    throw taken ? new PortInUse(port) : error
  }
  return (server.address() as AddressInfo).port
}
