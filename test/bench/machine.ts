import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'

/** Which processor a process is kept on: the measured server's, or everybody else's. */
export type Core = 'server' | 'rest'

/** Where the bench runs. */
export interface Machine {
  readonly description: string
  /** A command that runs Node with these words on that core, where cores can be chosen. */
  readonly command: (core: Core, words: readonly string[]) => readonly [string, ...string[]]
}

const CORES = { server: '0', rest: '1' } as const satisfies Record<Core, string>

/** Looks at the machine and puts this process beside the measured servers, not among them. */
export function takeMachine(): Machine {
  const pinned = availableParallelism() > 1 && canPin()
  const [processor] = cpus()
  const pinning = pinned
    ? 'each server alone on one core, load and upstreams on the other'
    : 'no core could be set aside'
  return {
    description: `Node ${process.version}, ${cpus().length} x ${processor?.model.trim()}, ${pinning}`,
    command: (core, words) =>
      pinned
        ? ['taskset', '--cpu-list', CORES[core], process.execPath, ...words]
        : [process.execPath, ...words],
  }
}

function canPin(): boolean {
  try {
    const own = ['--all-tasks', '--cpu-list', '--pid', CORES.rest, String(process.pid)]
    execFileSync('taskset', own, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
