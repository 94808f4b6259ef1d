import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { collect } from './lines.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FRAMEWORK = fileURLToPath(
  new URL('../../node_modules/.bin/functions-framework', import.meta.url),
)
/** Milliseconds until a process that is not ready counts as failed. */
const PATIENCE = 20_000
/** Milliseconds between two looks at whether it is ready. */
const INTERVAL = 20
/** Milliseconds between asking a process to end and ending it. */
const GRACE = 12_000

/** How a function's process starts. */
export interface BureauOptions {
  /** The name of the function; `token` by default. */
  readonly target?: string
  /** Left out, or 0: any free one. */
  readonly port?: number
  /** The settings; nothing of this process's own environment but PATH is passed on. */
  readonly env: Readonly<Record<string, string>>
  /** Whether lines of standard output are kept; true by default. */
  readonly keepOutput?: boolean
  /** Each line of output as it comes. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
}

/** A function's process, ready. */
export interface BureauProcess {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Lines of standard output so far. */
  readonly stdout: () => readonly string[]
  /** Lines of standard error so far. */
  readonly stderr: () => readonly string[]
  /**
   * The first line of standard output, written or still to come, for which this holds. Rejects where
   * the process ends without it.
   */
  readonly line: (holds: (line: string) => boolean) => Promise<string>
  /** How the process ended. */
  readonly exited: Promise<Exit>
  /** Sends a signal and does not wait. */
  readonly signal: (signal: NodeJS.Signals) => void
  /** SIGTERM, and SIGKILL if that takes too long; fulfilled when the process is gone. */
  readonly stop: () => Promise<Exit>
}

/** The end of a process. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Starts a function by the framework's own command and waits until it is ready. Rejects with what the
 * process wrote to standard error where it ends instead.
 */
export async function startBureau(options: BureauOptions): Promise<BureauProcess> {
  const port = await freePort(options.port ?? 0)
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [FRAMEWORK, `--target=${options.target ?? 'token'}`], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], PORT: String(port), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { onLine, keepOutput } = options
  const stdout = collect(child.stdout, (line) => onLine?.(line, 'stdout'), keepOutput)
  const stderr = collect(child.stderr, (line) => onLine?.(line, 'stderr'))

  const ended: { exit?: Exit } = {}
  const exited = exitOf(child).then((exit) => {
    ended.exit = exit
    return exit
  })
  const stop = async (): Promise<Exit> => {
    if (ended.exit === undefined) child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), GRACE)
    return exited.finally(() => clearTimeout(late))
  }
  const deadline = Date.now() + PATIENCE
  while (!(await isReady(url))) {
    if (ended.exit === undefined && Date.now() < deadline) {
      await Promise.race([wait(INTERVAL), exited])
      continue
    }
    await stop()
    const said = stderr.lines().join('\n')
    throw new Error(said === '' ? `the function ended with ${String(ended.exit?.code)}` : said)
  }
  return {
    url,
    port,
    pid: child.pid ?? 0,
    stdout: stdout.lines,
    stderr: stderr.lines,
    line: (holds) => stdout.line(holds, exited),
    exited,
    signal: (signal) => void child.kill(signal),
    stop,
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(1000) })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal }
}
