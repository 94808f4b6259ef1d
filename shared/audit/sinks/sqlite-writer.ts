import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { prepareInsert } from '../store/sqlite/insert.ts'
import { openForWriting } from '../store/sqlite/tables.ts'
import type { FromWriter, ToWriter } from './sqlite.ts'

/*
 * The writer of a SQLite store, in a thread of its own: a sync to disk holds up no request. Whatever
 * came in while the last commit was under way goes into the next one.
 */
const port = parentPort
if (port === null) throw new Error('the writer of a SQLite store runs as a worker thread')

const db = openForWriting((workerData as { readonly path: string }).path)
const insertBatch = prepareInsert(db)

port.on('message', (first: ToWriter) => {
  const batches = [first]
  for (let next = take(); next !== undefined; next = take()) batches.push(next)
  const writes = batches.filter((batch) => batch.kind === 'write')
  commit(writes)
  if (writes.length < batches.length) {
    db.exec('PRAGMA optimize')
    db.close()
    port.close()
  }
})

function take(): ToWriter | undefined {
  return port === null ? undefined : receiveMessageOnPort(port)?.message
}

function commit(writes: readonly Extract<ToWriter, { kind: 'write' }>[]): void {
  if (writes.length === 0) return
  const answer = (error: string | undefined) =>
    port?.postMessage({ upTo: writes.at(-1)?.batch ?? 0, error } satisfies FromWriter, [])
  const lines = writes.flatMap((write) => write.lines)
  try {
    insertWithin(lines)
    answer(undefined)
  } catch (error) {
    answer(error instanceof Error ? error.message : String(error))
  }
}

/** Where the write-ahead log cannot grow, because the disk is full, it makes room and tries again. */
function insertWithin(lines: readonly string[]): void {
  try {
    insertBatch(lines)
  } catch (error) {
    if (!isWithoutRoom(error) || !makesRoom()) throw error
    insertBatch(lines)
  }
}

/** SQLite's result codes for a full disk: `SQLITE_FULL`, and `SQLITE_IOERR_WRITE` of a limit or quota. */
const WITHOUT_ROOM: ReadonlySet<unknown> = new Set([13, 778])

function isWithoutRoom(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && WITHOUT_ROOM.has(error.errcode)
}

/** Puts what the log holds into the tables, so that it begins anew; false where nothing was won. */
function makesRoom(): boolean {
  try {
    const { busy, checkpointed } = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {}
    return busy === 0 && Number(checkpointed) > 0
  } catch {
    return false
  }
}
