import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { VitalsLine } from '../support/attacks/vitals.ts'

/** What a process holds. */
export interface Resources {
  /** Resident memory, in MiB. */
  readonly memory: number
  /** Open files and sockets. */
  readonly descriptors: number
}

const KIB_A_MIB = 1024

/** What a process of this machine holds now (Linux: `/proc`). */
export async function resourcesOf(pid: number): Promise<Resources> {
  const [status, descriptors] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
  ])
  const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
  return { memory: kib / KIB_A_MIB, descriptors: descriptors.length }
}

/** What a process holds that is gone. */
const NOTHING: Resources = { memory: 0, descriptors: 0 }
/** Milliseconds between two looks at a process, and looks between two collections. */
const LOOK_EVERY = 50
const COLLECT_EVERY = 10

/**
 * Watches the memory of a process whose agent is at the other end of `line`. Garbage is collected
 * twice a second: that of ordinary traffic, which V8 lets grow as it likes, must not count. `stop`
 * gives the largest size seen, in MiB.
 */
export function watchMemory(
  pid: number,
  line: Pick<VitalsLine, 'memory'>,
): { readonly stop: () => Promise<number> } {
  const over = new AbortController()
  const watching = (async () => {
    let most = 0
    for (let look = 0; !over.signal.aborted; look += 1) {
      if (look % COLLECT_EVERY === 0) await line.memory().catch(() => undefined)
      most = Math.max(most, (await resourcesOf(pid).catch(() => NOTHING)).memory)
      await wait(LOOK_EVERY)
    }
    return most
  })()
  return {
    stop() {
      over.abort()
      return watching
    },
  }
}
