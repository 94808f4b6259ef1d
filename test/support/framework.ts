import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const COMMAND = `${ROOT}node_modules/.bin/functions-framework`

/** A function served by the framework's own command, in a process of its own. */
export interface FrameworkProcess {
  readonly port: number
  readonly origin: string
  readonly process: ChildProcess
  /** Every line so far, of stdout and stderr. */
  readonly lines: readonly string[]
  /** Resolves to how it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** Serves the export `target` of the module `source`, a path from the root, on a free port. */
export async function startFramework(
  source: string,
  target: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<FrameworkProcess> {
  const port = await freePort()
  const words = [COMMAND, `--source=${source}`, `--target=${target}`, `--port=${port}`]
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }))
  const listening = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        lines.push(line)
        if (line.startsWith('URL: ')) resolve()
      })
    }
  })
  const early = await Promise.race([listening, ended])
  if (early !== undefined) throw new Error(`the framework ended early: ${lines.join('\n')}`)
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    process: child,
    lines,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
