import { existsSync, renameSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { Sink } from '../../../shared/audit/sinks/sink.ts'
import { prepareInsert } from '../../../shared/audit/store/sqlite/insert.ts'
import {
  createIndexes,
  dropIndexes,
  openForWriting,
} from '../../../shared/audit/store/sqlite/tables.ts'

const BATCH = 2000

/** A sink that fills a store in large transactions, and what ends the filling. */
export interface BulkSink extends Sink {
  /** Whether the store is a new one, which is nowhere before {@link BulkSink.finish}. */
  readonly fresh: boolean
  /** Writes what is left and makes the store ready for use. Throws where a new one's place is taken. */
  finish(): void
  /** Lets go: of a new store nothing is left, one that was there keeps what was written. */
  abandon(): void
}

/**
 * Fills a SQLite store fast: a new one beside its place, without indexes, syncs and rollback, and in its
 * place only when it is whole; one that is there as any writer would. Throws `Error` with one line.
 */
export function bulkSink(path: string): BulkSink {
  const fresh = !existsSync(path)
  const file = fresh ? `${path}.part` : path
  // What an earlier filling left that was killed.
  if (fresh) rmSync(file, { force: true })
  const db = openForWriting(file)
  if (fresh) prepareBulk(db)
  const insert = prepareInsert(db)
  let lines: string[] = []
  const flush = () => {
    if (lines.length > 0) insert(lines)
    lines = []
  }
  return {
    name: `sqlite:${path}`,
    fresh,
    write({ line }) {
      lines.push(line)
      if (lines.length >= BATCH) flush()
      return Promise.resolve()
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
    finish() {
      flush()
      if (fresh) {
        createIndexes(db)
        db.exec('ANALYZE; PRAGMA journal_mode = WAL')
      }
      db.close()
      if (!fresh) return
      if (existsSync(path)) throw new Error(`${path} was made meanwhile by somebody else`)
      renameSync(file, path)
    },
    abandon() {
      if (db.isOpen) db.close()
      if (fresh) rmSync(file, { force: true })
    },
  }
}

function prepareBulk(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144')
  dropIndexes(db)
}
