import { basename, dirname } from 'node:path'
import { policyDigest } from './digest.ts'
import {
  readFileOf,
  readIncludeFrom,
  reasonOf,
  stillThere,
  type DiskFile,
  type DiskReading,
} from './disk.ts'
import { openPolicy, type LoadResult, type OpenedPolicy } from './load.ts'

/** How often a set of files that changes under the reader is read anew. */
const ATTEMPTS = 3

/** What a set of policy files held at one moment. */
interface Snapshot<Opened> {
  readonly main: DiskFile
  readonly opened: Opened
  readonly included: ReadonlyMap<string, DiskReading>
}

/**
 * Loads a policy from disk, included files relative to the main file's directory. Problems name files
 * by the path that was given. Where a link moves while files are read (a mounted volume takes a new
 * version), they are read anew, so that two versions never mix. Never throws for what is on disk.
 */
export async function readPolicyFile(
  path: string,
  options: { readonly allowLoopback?: boolean } = {},
): Promise<LoadResult> {
  try {
    const open = (main: DiskFile): OpenedPolicy => openPolicy({ name: path, bytes: main.bytes })
    const { opened, included } = await readSnapshot(path, open)
    return opened.finish({ ...options, readInclude: (include) => included.get(include) })
  } catch (error) {
    const message = `the file cannot be read: ${reasonOf(error)}`
    const problems = [{ file: path, line: 1, column: 1, message }]
    return { ok: false, problems, digest: '', includes: [] }
  }
}

/**
 * The digest that `readPolicyFile` would give now, without parsing anything: whether a reload is due.
 * `includes`: those of the last load; they change only with the main file, and so with the digest.
 * Empty where the main file cannot be read.
 */
export async function digestPolicyFile(path: string, includes: readonly string[]): Promise<string> {
  try {
    const { main, included } = await readSnapshot(path, () => ({ includes }))
    const files = new Map<string, DiskFile>()
    for (const reading of included.values())
      for (const file of reading.ok ? reading.files : []) files.set(file.name, file)
    files.delete(main.name)
    return policyDigest(main.bytes, [...files.values()])
  } catch {
    return ''
  }
}

async function readSnapshot<Opened extends { readonly includes: readonly string[] }>(
  path: string,
  open: (main: DiskFile) => Opened,
): Promise<Snapshot<Opened>> {
  const directory = dirname(path)
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const main = await readFileOf(directory, basename(path))
    const opened = open(main)
    const included = new Map<string, DiskReading>()
    for (const include of opened.includes)
      included.set(include, await readIncludeFrom(directory, include))
    const readings = [...included.values()]
    const files = readings.flatMap((reading) => (reading.ok ? reading.files : []))
    if (await stillThere(directory, [main, ...files])) return { main, opened, included }
  }
  throw new Error('it keeps changing')
}
