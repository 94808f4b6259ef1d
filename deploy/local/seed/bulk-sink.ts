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
  /** Whether the store held nothing before. */
  readonly fresh: boolean
  /** Writes what is left and makes the store ready for use. */
  finish(): void
}

/**
 * Fills a SQLite store fast: an empty one without indexes, syncs and rollback until the end, so a
 * filling that is broken off leaves nothing of use; one that holds records as any writer would.
 */
export function bulkSink(path: string): BulkSink {
  const db = openForWriting(path)
  const fresh = db.prepare('SELECT 1 FROM records LIMIT 1').get() === undefined
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
    },
  }
}

function prepareBulk(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144')
  dropIndexes(db)
}
