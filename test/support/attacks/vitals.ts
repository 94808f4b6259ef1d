import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What a process did since it was last asked. */
export interface Vitals {
  readonly pid: number
  /** Milliseconds of processor time that the event loop spent without a turn, at most. */
  readonly longest: number
  /** `ADDRESS:PORT` of each connection that was tried. */
  readonly attempts: readonly string[]
  /** Names that were looked up. */
  readonly lookups: readonly string[]
}

/** Bytes of memory, garbage collected first. */
export interface Memory {
  readonly heapUsed: number
  readonly rss: number
  readonly external: number
  readonly collected: boolean
}

/** The line to the agents in the processes of a suite. */
export interface VitalsLine {
  /** Settings that put an agent into a process. */
  readonly env: Readonly<Record<string, string>>
  /** Of the process that connected last. */
  readonly vitals: () => Promise<Vitals>
  readonly memory: () => Promise<Memory>
  /** Ends the process by an error that holds this text, one line without a break. */
  readonly crash: (text: string) => void
  readonly close: () => void
}

const AGENT = fileURLToPath(new URL('vitals-agent.ts', import.meta.url))

/** Listens for agents. */
export async function openVitalsLine(): Promise<VitalsLine> {
  let agent: Socket | undefined
  let answers: ((line: string) => void)[] = []
  const server = createServer((socket) => {
    agent = socket
    socket.on('error', () => {})
    createInterface({ input: socket }).on('line', (line) => answers.shift()?.(line))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const ask = async (question: string): Promise<unknown> => {
    assert.ok(agent?.writable, 'the process has an agent')
    agent.write(`${question}\n`)
    return JSON.parse(await new Promise((resolve) => (answers = [...answers, resolve])))
  }
  return {
    env: {
      NODE_OPTIONS: `--expose-gc --import=${AGENT}`,
      VITALS_PORT: String((server.address() as AddressInfo).port),
    },
    vitals: async () => (await ask('vitals')) as Vitals,
    memory: async () => (await ask('memory')) as Memory,
    crash: (text) => void agent?.write(`${text}\n`),
    close: () => {
      agent?.destroy()
      server.close()
    },
  }
}
