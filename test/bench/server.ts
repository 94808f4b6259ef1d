import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import type { Machine } from './machine.ts'
import type { Usage } from './meter.ts'

/** Milliseconds until a server that does not listen counts as failed. */
const PATIENCE = 60_000

/** A server to be measured. */
export interface ServerOptions {
  /** What Node runs: a file and its words. */
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The file that its output goes to. */
  readonly log: string
  /** The module that tells its usage; a start that is timed loads none. */
  readonly meter?: string
}

/** A server, started. */
export interface Server {
  readonly origin: string
  readonly usage: () => Promise<Usage>
  readonly stop: () => Promise<void>
}

/** Starts a server on the core of its own; it may not listen yet. */
export async function spawnServer(machine: Machine, options: ServerOptions): Promise<Server> {
  const { words, env, log, meter } = options
  const port = await freePort()
  const output = openSync(log, 'a')
  const before = meter === undefined ? [] : ['--import', meter]
  const [command, ...rest] = machine.command('server', [...before, ...words])
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  const ended = once(child, 'exit')
  return {
    origin: `http://127.0.0.1:${port}`,
    async usage() {
      const answered = once(child, 'message')
      child.send('usage')
      const [usage] = (await answered) as [Usage]
      return usage
    },
    async stop() {
      if (isRunning(child)) child.kill('SIGKILL')
      await ended
    },
  }
}

/** Starts a server and waits until it listens. Rejects where it does not. */
export async function startServer(machine: Machine, options: ServerOptions): Promise<Server> {
  const server = await spawnServer(machine, options)
  const deadline = Date.now() + PATIENCE
  while (!(await listens(server.origin))) {
    if (Date.now() > deadline) {
      await server.stop()
      throw new Error(`${options.words.join(' ')} does not listen, see ${options.log}`)
    }
    await delay(20)
  }
  return server
}

/** Whether somebody accepts connections there. */
export function listens(origin: string): Promise<boolean> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    const settle = (listening: boolean): void => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}
