import { readdir, readFile } from 'node:fs/promises'

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

/** Looks at a process again and again; `most` is the largest memory seen, in MiB. */
export function watchMemory(pid: number, everyMs = 50): { readonly stop: () => number } {
  let most = 0
  const look = async (): Promise<void> => {
    const { memory } = await resourcesOf(pid).catch(() => ({ memory: 0 }))
    most = Math.max(most, memory)
  }
  const timer = setInterval(() => void look(), everyMs)
  return {
    stop() {
      clearInterval(timer)
      return most
    },
  }
}
