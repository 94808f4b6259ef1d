import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openForReading } from '../store/sqlite/tables.ts'
import {
  compareColumns,
  compareCounts,
  compareSets,
  RECORDS,
  RECORDS_WITH_COLUMNS,
} from './columns.ts'
import type { VerifyOptions } from './options.ts'
import type { Report } from './report.ts'
import { createVerifier } from './verifier.ts'

/** How far a long verification is; `total` undefined where nobody knows. */
export type OnProgress = (done: number, total: number | undefined) => void

const CHUNK = 1024 * 1024
const LINE_FEED = 0x0a
/** Rows between two turns of the event loop. */
const ROWS_A_TURN = 2000
/** Records between two turns where a server verifies beside its requests. */
const RECORDS_A_TURN = 100

/**
 * Verifies a file of JSON lines: records as they are, or log entries that hold them. `-` is
 * standard input. Progress in bytes. Throws what reading throws.
 */
export async function verifyFile(
  path: string,
  options: VerifyOptions,
  onProgress: OnProgress,
): Promise<Report> {
  const total = path === '-' ? undefined : (await stat(path)).size
  const input = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK })
  const verifier = createVerifier(options)
  let number = 0
  let done = 0
  let pieces: Buffer[] = []
  const add = (line: Buffer) => {
    number += 1
    if (line.length > 0) verifier.add(line, number)
  }

  for await (const chunk of input as AsyncIterable<Buffer>) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const tail = chunk.subarray(from, end)
      add(pieces.length === 0 ? tail : Buffer.concat([...pieces, tail]))
      pieces = []
      from = end + 1
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from))
    done += chunk.length
    onProgress(done, total)
  }
  if (pieces.length > 0) add(Buffer.concat(pieces))
  return verifier.finish()
}

/**
 * Verifies records, given as their lines, as something that keeps no order gives them. Progress in
 * records. Throws what reading throws.
 */
export async function verifyRecords(
  lines: AsyncIterable<string>,
  options: VerifyOptions,
  onProgress: OnProgress,
): Promise<Report> {
  const verifier = createVerifier({ ...options, sorted: true })
  let done = 0
  for await (const line of lines) {
    verifier.add(Buffer.from(line), 0)
    done += 1
    if (done % RECORDS_A_TURN !== 0) continue
    onProgress(done, undefined)
    await nextTurn()
  }
  return verifier.finish()
}

/** Verifies a SQLite store, in the order in which it was written. Progress in records. */
export async function verifyStore(
  path: string,
  options: VerifyOptions,
  onProgress: OnProgress,
): Promise<Report> {
  const db = openForReading(path)
  try {
    const verifier = createVerifier({ ...options, once: true })
    const total = Number(db.prepare('SELECT count(*) AS n FROM records').get()?.['n'])
    const { columns = false } = options
    let read = 0
    // As bytes: SQLite keeps UTF-8, and that is what the hashes cover.
    const rows = db.prepare(columns ? RECORDS_WITH_COLUMNS : RECORDS)
    rows.setReadBigInts(true)
    for (const row of rows.iterate()) {
      const line = bytesOf(row['line'])
      verifier.add(line, Number(row['seq']))
      if (columns) compareColumns(row, line, verifier)
      read += 1
      if (read % ROWS_A_TURN === 0) {
        onProgress(read, total)
        await nextTurn()
      }
    }
    compareSets(db, verifier)
    if (columns) compareCounts(db, verifier)
    return verifier.finish()
  } finally {
    db.close()
  }
}

function bytesOf(blob: unknown): Buffer {
  return blob instanceof Uint8Array
    ? Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
    : Buffer.alloc(0)
}
