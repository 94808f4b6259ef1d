import { open, readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { PolicyFile } from './includes.ts'
import { MAX_POLICY_BYTES } from './text.ts'

/** A file that was read, and where it really lay at that moment. */
export interface DiskFile extends PolicyFile {
  readonly bytes: Uint8Array
  readonly real: string
}

/** The files of an `include` path, or why they could not be read. */
export type DiskReading =
  | { readonly ok: true; readonly files: readonly DiskFile[] }
  | { readonly ok: false; readonly message: string }

/** Reads the file of that name under `directory`. */
export async function readFileOf(directory: string, name: string): Promise<DiskFile> {
  const real = await realpath(join(directory, name))
  return { name, real, bytes: await readBytes(real) }
}

/** Whether each file still lies where it was read: no link moved in between. */
export async function stillThere(directory: string, files: readonly DiskFile[]): Promise<boolean> {
  for (const { name, real } of files)
    if ((await realpath(join(directory, name))) !== real) return false
  return true
}

/** A file's bytes, at most one more than a policy may have; only a regular file is read. */
async function readBytes(path: string): Promise<Uint8Array> {
  // A pipe or a device would be waited for without end: look before opening.
  if (!(await stat(path)).isFile()) throw new Error('it is not a regular file')
  await using file = await open(path)
  const chunks: Uint8Array[] = []
  const end = MAX_POLICY_BYTES
  for await (const chunk of file.createReadStream({ end, autoClose: false }))
    chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

/**
 * The files that an `include` path stands for under `directory`, ordered by name: one file, a
 * directory's `*.yaml` and `*.yml`, or what matches where a segment holds `*`. Links are followed, as
 * mounted volumes need it, but not out of the directory.
 */
export async function readIncludeFrom(directory: string, path: string): Promise<DiskReading> {
  try {
    const files: DiskFile[] = []
    const root = `${await realpath(directory)}${sep}`
    for (const name of await namesOf(directory, path)) {
      if (!(await realpath(join(directory, name))).startsWith(root))
        return { ok: false, message: `${name} leads out of the directory of this file` }
      files.push(await readFileOf(directory, name))
    }
    return { ok: true, files }
  } catch (error) {
    return { ok: false, message: `${path} cannot be read: ${reasonOf(error)}` }
  }
}

/** A file system's error in a few words, without the path that the message already has. */
export function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return code
  return error instanceof Error ? error.message : 'unknown error'
}

async function namesOf(directory: string, path: string): Promise<readonly string[]> {
  let found = ['']
  for (const segment of path.replace(/\/$/, '').split('/')) {
    const next: string[] = []
    for (const parent of found) {
      const names = segment.includes('*')
        ? await matching(join(directory, parent), segment)
        : [segment]
      next.push(...names.map((name) => (parent === '' ? name : `${parent}/${name}`)))
    }
    found = next
  }
  const files: string[] = []
  for (const name of found) {
    const kind = await stat(join(directory, name))
    if (kind.isFile()) files.push(name)
    else if (kind.isDirectory() && !path.endsWith('*'))
      files.push(...(await yamlIn(directory, name)))
  }
  return files
}

async function yamlIn(directory: string, name: string): Promise<readonly string[]> {
  const entries = [...(await matching(join(directory, name), '*.yaml'))]
  entries.push(...(await matching(join(directory, name), '*.yml')))
  return entries.toSorted().map((entry) => `${name}/${entry}`)
}

/** Names that begin with a dot are never matched: volumes keep their versions there. */
async function matching(directory: string, segment: string): Promise<readonly string[]> {
  if (!(await stat(directory)).isDirectory()) return []
  const names = await readdir(directory)
  return names.filter((name) => !name.startsWith('.') && fits(name, segment)).toSorted()
}

/** Whether a name is the segment's pieces in their order, anything where a `*` stands. */
function fits(name: string, segment: string): boolean {
  const [first = '', ...pieces] = segment.split('*')
  const last = pieces.pop() ?? ''
  if (name.length < first.length + last.length) return false
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  const middle = name.slice(first.length, name.length - last.length)
  let at = 0
  for (const piece of pieces) {
    const found = middle.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return true
}
