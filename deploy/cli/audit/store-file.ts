import { open } from 'node:fs/promises'
import { UsageError } from '../command.ts'

/** What every database of SQLite begins with: https://www.sqlite.org/fileformat.html#magic_header_string */
const MAGIC = Buffer.from('SQLite format 3\0')

/**
 * Throws `UsageError` where a file that is to hold lines is a SQLite store: as lines it would look like
 * a log that somebody ruined. A file that cannot be read is left to who reads it.
 */
export async function refuseStoreFile(path: string): Promise<void> {
  if (path === '-') return
  if ((await beginningOf(path))?.equals(MAGIC) === true) {
    throw new UsageError(`${path} is a SQLite store: did you mean sqlite:${path}?`)
  }
}

async function beginningOf(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return buffer.subarray(0, bytesRead)
  } catch {
    return undefined
  }
}
