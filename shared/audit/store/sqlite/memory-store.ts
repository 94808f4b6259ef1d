import type { AuditStore } from '../store.ts'
import { prepareInsert } from './insert.ts'
import { storeOver } from './sqlite-store.ts'
import { openForWriting } from './tables.ts'

const BATCH = 1000

/** A store in memory over records that are given as their lines; for files of a moderate size. */
export async function memoryStore(records: AsyncIterable<string>): Promise<AuditStore> {
  const db = openForWriting(':memory:')
  const insert = prepareInsert(db)
  let batch: string[] = []
  for await (const record of records) {
    batch.push(record)
    if (batch.length < BATCH) continue
    insert(batch)
    batch = []
  }
  insert(batch)
  return storeOver(db)
}
