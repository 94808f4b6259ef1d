import { startBureau, startYardstick } from './contenders.ts'
import { openConnections, tokenTurn, type Turn } from './load.ts'
import { ACCOUNT } from './policies.ts'
import type { Runner } from './rounds.ts'
import type { Scene } from './scene.ts'
import type { Server } from './server.ts'

/** Connections of a load, where nothing else is said. */
const CONNECTIONS = 16
const MANY = 80

/** Starts runners on demand; those of one server share it. */
export interface Runners {
  readonly start: (name: RunnerName) => Promise<Runner>
  readonly close: () => Promise<void>
}

/** What can be measured beside each other. */
export type RunnerName = keyof ReturnType<typeof recipes>

/** Runners of one scene, none started yet. */
export function openRunners(scene: Scene): Runners {
  const servers = new Map<string, Promise<Server>>()
  const shared = (name: string, start: () => Promise<Server>): Promise<Server> => {
    const server = servers.get(name) ?? start()
    servers.set(name, server)
    return server
  }
  const known = recipes(scene, shared)
  return {
    start: async (name) => ({ name, ...(await known[name]()) }),
    async close() {
      const started = await Promise.allSettled(servers.values())
      for (const each of started) if (each.status === 'fulfilled') await each.value.stop()
    },
  }
}

type Recipe = () => Promise<Omit<Runner, 'name'>>
type Shared = (name: string, start: () => Promise<Server>) => Promise<Server>

function recipes(scene: Scene, shared: Shared) {
  const { bodies, far } = scene
  const bureau = () => shared('bureau', () => startBureau(scene, 'bureau'))
  const distant = () => shared('distant', () => startBureau(scene, 'distant', { upstream: far }))
  const tenants = () =>
    shared('tenants', () => startBureau(scene, 'tenants', { providers: 1000, grants: 10_000 }))
  const limited = () => shared('limited', () => startBureau(scene, 'limited', { perMinute: 1 }))
  const yardstick = (name: 'floor' | 'obvious' | 'certified') =>
    shared(name, () => startYardstick(scene, name))
  return {
    bureau: ask(bureau, '/v1/token', bodies.usual, [200]),
    short: ask(bureau, '/v1/token', bodies.short, [200]),
    long: ask(bureau, '/v1/token', bodies.long, [200]),
    forged: ask(bureau, '/v1/token', bodies.forged, [400]),
    tenants: ask(tenants, '/v1/token', bodies.usual, [200]),
    // One request a minute passes.
    limited: ask(limited, '/v1/token', bodies.usual, [429, 200]),
    floor: ask(() => yardstick('floor'), '/', bodies.usual, [200]),
    obvious: ask(() => yardstick('obvious'), '/', bodies.usual, [200]),
    certified: ask(
      () => yardstick('certified'),
      '/token',
      bodies.usual.map((body) => `${body}&client_id=bench`),
      [200],
    ),
    distant: ask(distant, '/v1/token', bodies.usual, [200]),
    'distant, 80': ask(distant, '/v1/token', bodies.usual, [200], MANY),
    direct: direct(scene, CONNECTIONS),
    'direct, 80': direct(scene, MANY),
  } satisfies Record<string, Recipe>
}

/** Token requests to a server, each answered with one of `statuses`. */
function ask(
  start: () => Promise<Server>,
  path: string,
  bodies: readonly string[],
  statuses: readonly number[],
  connections = CONNECTIONS,
): Recipe {
  return async () => {
    const server = await start()
    const pool = openConnections(server.origin)
    return { server, connections, turn: tokenTurn({ pool, path, bodies, statuses }) }
  }
}

/** The two calls of the chain by the load itself, with nothing between. */
function direct({ far, ca, bodies }: Scene, connections: number): Recipe {
  return async () => {
    const pool = openConnections(far, ca)
    const path = `/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`
    const headers = { 'content-type': 'application/json' }
    const exchange = tokenTurn({ pool, path: '/v1/token', bodies: bodies.usual, statuses: [200] })
    const turn: Turn = async (index) => {
      await exchange(index)
      const answer = await pool.request({ method: 'POST', path, headers, body: '{}' })
      await answer.body.text()
    }
    return { connections, turn }
  }
}
