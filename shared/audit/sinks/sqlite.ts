import { Worker } from 'node:worker_threads'
import { latestHeads } from '../store/sqlite/heads.ts'
import { openForWriting } from '../store/sqlite/tables.ts'
import type { Sink } from './sink.ts'

/** What the writer's thread is told. */
export type ToWriter =
  | { readonly kind: 'write'; readonly batch: number; readonly lines: readonly string[] }
  | { readonly kind: 'close' }

/** What the writer's thread answers: every batch up to this one was committed, or was not. */
export interface FromWriter {
  readonly upTo: number
  readonly error: string | undefined
}

/** UTF-16 units that may wait for the writer before further records are not accepted. */
const MOST_WAITING = 16 * 1024 * 1024

interface Batch {
  readonly number: number
  readonly lines: string[]
  readonly settled: PromiseWithResolvers<void>
}

/**
 * Writes records to a SQLite file, and counts them as accepted once their transaction is synced to
 * disk. Records of one turn of the event loop, and of all turns during a commit, share the next
 * commit. Throws `Error` with one line where the file cannot be opened.
 */
export function sqliteSink(path: string): Sink {
  const opened = openForWriting(path)
  const heads = latestHeads(opened)
  opened.close()

  const name = `sqlite:${path}`
  const worker = new Worker(new URL('./sqlite-writer.ts', import.meta.url), {
    workerData: { path },
  })
  const sent: Batch[] = []
  let next = newBatch(1)
  let waiting = 0
  let stopped: Error | undefined

  const settle = (upTo: number, error: Error | undefined): void => {
    while (sent[0] !== undefined && sent[0].number <= upTo) {
      const batch = sent.shift()
      for (const line of batch?.lines ?? []) waiting -= line.length
      if (error === undefined) batch?.settled.resolve()
      else batch?.settled.reject(error)
    }
    // An idle writer keeps no process alive; an unanswered batch does.
    if (sent.length === 0) worker.unref()
  }
  const stop = (error: Error): void => {
    stopped ??= error
    settle(Number.POSITIVE_INFINITY, stopped)
  }
  worker.on('message', ({ upTo, error }: FromWriter) =>
    settle(upTo, error === undefined ? undefined : new Error(`${name}: ${error}`)),
  )
  worker.on('error', (error) => stop(new Error(`${name}: the writer failed: ${String(error)}`)))
  worker.on('exit', () => stop(new Error(`${name}: the writer has ended`)))
  worker.unref()
  const tell = (message: ToWriter) => {
    worker.ref()
    worker.postMessage(message, [])
  }

  const send = (): void => {
    const { number, lines } = next
    sent.push(next)
    next = newBatch(number + 1)
    if (stopped === undefined) tell({ kind: 'write', batch: number, lines })
    else stop(stopped)
  }

  const flush = async (): Promise<void> => {
    if (next.lines.length > 0) await next.settled.promise.catch(() => undefined)
    await sent.at(-1)?.settled.promise.catch(() => undefined)
  }

  return {
    name,
    heads,
    write({ line }) {
      if (stopped !== undefined) return Promise.reject(stopped)
      if (waiting > MOST_WAITING) {
        return Promise.reject(new Error(`${name}: the disk does not keep up`))
      }
      waiting += line.length
      next.lines.push(line)
      if (next.lines.length === 1) setImmediate(send)
      return next.settled.promise
    },
    flush,
    async close() {
      await flush()
      if (stopped !== undefined) return
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      tell({ kind: 'close' })
      await ended
    },
  }
}

function newBatch(number: number): Batch {
  return { number, lines: [], settled: Promise.withResolvers() }
}
