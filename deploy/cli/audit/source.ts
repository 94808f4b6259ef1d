import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { recordTextOf } from '../../../shared/audit/verify/extract.ts'
import { memoryStore } from '../../../shared/audit/store/sqlite/memory-store.ts'
import { openSqliteStore } from '../../../shared/audit/store/sqlite/sqlite-store.ts'
import type { AuditStore } from '../../../shared/audit/store/store.ts'
import { UsageError } from '../command.ts'
import { openBigQuery } from './bigquery-source.ts'
import { refuseStoreFile } from './store-file.ts'

/** Whether a source names a store, and not a file. */
export function isStore(source: string): boolean {
  return /^(sqlite|bigquery):/.test(source)
}

/**
 * Opens what a command reads: `sqlite:PATH`, `bigquery:PROJECT.DATASET.TABLE`, or a file of JSON
 * lines (`-` is standard input), which is read whole into a store in memory. Throws `UsageError`.
 */
export async function openSource(source: string): Promise<AuditStore> {
  try {
    if (source.startsWith('sqlite:')) return openSqliteStore(source.slice('sqlite:'.length))
    return openBigQuery(source) ?? (await memoryStore(recordsOf(source)))
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The records in a file's lines, other lines left out. Throws `UsageError` where it cannot be read. */
export async function* recordsOf(path: string): AsyncGenerator<string> {
  await refuseStoreFile(path)
  const input = path === '-' ? process.stdin : createReadStream(path)
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const record = recordTextOf(Buffer.from(line))
      if (record !== undefined) yield record
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new UsageError(`${path} cannot be read: ${code}`)
  }
}
