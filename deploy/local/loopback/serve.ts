import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { controlRoutes, type Counters } from './control.ts'
import type { FaultSwitches } from './faults.ts'
import { listenOnLoopback } from './listen.ts'
import { json, routeOf, type Reply, type Route } from './route.ts'
import { send, sendBroken } from './send.ts'
import { insteadOf, spoilt } from './spoil.ts'

/** A server on 127.0.0.1, listening. */
export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly counters: () => Counters
  /** Cuts every connection. */
  readonly close: () => Promise<void>
}

/** What a double is made of. */
export interface Double {
  /** 0: any free one. */
  readonly port: number
  readonly faults: FaultSwitches
  /** Called once the address is known. */
  readonly routes: (url: string) => readonly Route[]
  /** The body that the service gives with a status of its own making, 404, 429, 500, 503 and so on. */
  readonly bodyFor: (endpoint: string, status: number) => unknown
}

/** Bytes of a request body, at most. */
const MAX_BODY = 4_194_304

/**
 * Serves routes on loopback alone, with fault switches, counters and their `/_double/` routes.
 * Throws `PortInUse`.
 */
export async function serve(double: Double): Promise<LoopbackServer> {
  const { faults } = double
  let connections = 0
  let requests = new Map<string, number>()
  let routes: readonly Route[] = []

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const body = await read(request)
    if (body === undefined) {
      send(response, json(413, double.bodyFor('', 413), { connection: 'close' }))
      return
    }
    const found = routeOf(routes, request.method ?? 'GET', url.pathname)
    if (found === undefined) {
      send(response, json(404, double.bodyFor('', 404)))
      return
    }
    const { route, params } = found
    const run = (): Reply | Promise<Reply> =>
      route.answer({
        method: route.method,
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body,
        params,
      })
    if (route.name.startsWith('_')) {
      send(response, await run())
      return
    }
    requests.set(route.name, (requests.get(route.name) ?? 0) + 1)
    if (faults.latency > 0) await wait(faults.latency * 1000)
    const fault = faults.next(route.name)
    if (fault === undefined) {
      send(response, await run())
      return
    }
    const instead = insteadOf(fault, (status) => double.bodyFor(route.name, status))
    const reply = instead?.reply ?? spoilt(await run(), fault)
    await sendBroken(response, reply, fault)
  }

  const server = createServer({ keepAliveTimeout: 240_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.destroyed) return
      console.error(error)
      if (response.headersSent) response.destroy()
      else send(response, json(500, double.bodyFor('', 500)))
    })
  })
  server.on('connection', () => {
    connections += 1
  })
  const port = await listenOnLoopback(server, double.port)
  const url = `http://127.0.0.1:${port}`
  const counters = (): Counters => ({ connections, requests: Object.fromEntries(requests) })
  const reset = (): void => {
    connections = 0
    requests = new Map()
  }
  const own = double.routes(url)
  const endpoints = () => own.map(({ name }) => name).filter((name) => !name.startsWith('_'))
  routes = [...controlRoutes(faults, endpoints, counters, reset), ...own]
  return {
    url,
    port,
    counters,
    close: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** The body as text; undefined where it is too large. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY) chunks.push(chunk)
  }
  return size > MAX_BODY ? undefined : Buffer.concat(chunks).toString('utf8')
}
