import { once } from 'node:events'
import { createServer } from 'node:net'
import { listenOnLoopback } from './loopback/listen.ts'

/** The port itself where it is free, or any free one for 0. Throws `PortInUse`. */
export async function freePort(port: number): Promise<number> {
  const server = createServer()
  const found = await listenOnLoopback(server, port)
  server.close()
  await once(server, 'close')
  return found
}
