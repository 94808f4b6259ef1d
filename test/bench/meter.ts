import { isMainThread } from 'node:worker_threads'

/** Processor time and memory of a process since its start. */
export interface Usage {
  /** Microseconds, user and system, of all its threads. */
  readonly cpu: number
  /** Bytes of resident memory. */
  readonly rss: number
}

/*
 * Loaded before a measured server: answers each message of its parent with its usage, and ends the
 * server with its parent. An idle channel keeps no process alive.
 */
if (isMainThread) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() } satisfies Usage)
  })
  process.on('disconnect', () => process.exit())
  process.channel?.unref()
}
