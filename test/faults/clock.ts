import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

/** The wall clocks of the chain: of the bureau's process, and of the doubles in this one. */
export interface Clocks {
  /** Settings that put the bureau's clock under control. */
  readonly env: { readonly NODE_OPTIONS: string; readonly CLOCK_PORT: string }
  /** What each clock shows, in milliseconds since the epoch. */
  readonly bureau: () => number
  readonly identityProvider: () => number
  readonly google: () => number
  /** Sets clocks, in milliseconds from the true time; settles once they are set. */
  readonly set: (offsets: {
    readonly bureau: number
    readonly identityProvider: number
    readonly google: number
  }) => Promise<void>
  /** Lets time pass everywhere alike. */
  readonly setAll: (offset: number) => Promise<void>
  readonly close: () => void
}

const AGENT = fileURLToPath(new URL('clock-agent.ts', import.meta.url))

/** Clocks that are right, to begin with. */
export async function openClocks(): Promise<Clocks> {
  const agents = new Set<Socket>()
  const server = createServer((socket) => {
    agents.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => agents.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  let bureau = 0
  let idp = 0
  let google = 0

  const set: Clocks['set'] = async (offsets) => {
    bureau = offsets.bureau
    idp = offsets.identityProvider
    google = offsets.google
    const told = [...agents].map(async (agent) => {
      const answered = once(agent, 'data')
      agent.write(`${offsets.bureau}\n`)
      await answered
    })
    await Promise.all(told)
  }
  return {
    env: {
      NODE_OPTIONS: `--import=${AGENT}`,
      CLOCK_PORT: String((server.address() as AddressInfo).port),
    },
    bureau: () => Date.now() + bureau,
    identityProvider: () => Date.now() + idp,
    google: () => Date.now() + google,
    set,
    setAll: (offset) => set({ bureau: offset, identityProvider: offset, google: offset }),
    close: () => {
      for (const agent of agents) agent.destroy()
      server.close()
    },
  }
}
