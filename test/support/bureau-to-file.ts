import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A function's process whose standard output is a file: what was written is there at once. */
export interface FiledBureau {
  readonly url: string
  /** The finished lines of standard output at this moment; one may be half written. */
  readonly written: () => readonly string[]
  /** SIGTERM; fulfilled when the process is gone. */
  readonly stop: () => Promise<void>
}

/** Starts the `token` function with standard output to `file`. */
export async function startBureauToFile(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<FiledBureau> {
  const port = await freePort()
  const descriptor = openSync(file, 'w')
  const child = spawn('functions-framework', ['--target=token'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env, PORT: String(port) },
    stdio: ['ignore', descriptor, 'pipe'],
  })
  closeSync(descriptor)
  const ended = once(child, 'close')
  const url = `http://127.0.0.1:${port}`
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error('the function ended at its start')
    await wait(20)
  }
  return {
    url,
    written: () => readFileSync(file, 'utf8').split('\n').slice(0, -1),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false
  }
}
