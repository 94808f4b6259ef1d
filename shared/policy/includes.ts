import { posix } from 'node:path'
import type { CheckedFile } from './document/check.ts'
import type { Problem } from './problem.ts'

/** How many files a policy may include. */
export const MAX_INCLUDED_FILES = 1000

/** A file's name and what it holds. Included files are named relative to the main file's directory. */
export interface PolicyFile {
  readonly name: string
  readonly bytes: Uint8Array | string
}

/** The files that an `include` path stands for. */
export type IncludeReading =
  | { readonly ok: true; readonly files: readonly PolicyFile[] }
  | { readonly ok: false; readonly message: string }

/** A file and the index of the `include` entry that asked for it. */
export interface RequestedFile {
  readonly file: PolicyFile
  readonly entry: number
}

/** An included file's name as messages spell it: a path from where the main file's name starts. */
export function displayName(main: PolicyFile, file: PolicyFile): string {
  return posix.join(posix.dirname(main.name), file.name)
}

/**
 * Every file that the main file includes, once. An included file without any ceiling, a file that two
 * entries ask for, and a path that leads to no file are problems.
 */
export function includedFiles(
  main: PolicyFile,
  { includes, ceiling, source }: CheckedFile,
  readInclude: ((path: string) => IncludeReading | undefined) | undefined,
  problems: Problem[],
): readonly RequestedFile[] {
  const requested = new Map<string, RequestedFile>()
  for (const { index, document } of includes) {
    const complain = (message: string) =>
      problems.push({ file: source.file, ...source.value(['include', index, 'files']), message })
    if (document.ceiling === undefined && ceiling === undefined)
      complain('included files need a ceiling: give one to this entry, or to the whole policy')
    const reading = readInclude?.(document.files) ?? CANNOT
    if (!reading.ok) complain(reading.message)
    else if (reading.files.length === 0) complain(`no file is at ${document.files}`)
    for (const file of reading.ok ? reading.files : []) {
      if (displayName(main, file) === posix.normalize(main.name)) continue
      if (requested.has(file.name)) complain(`${file.name} is included twice`)
      else requested.set(file.name, { file, entry: index })
    }
    if (requested.size > MAX_INCLUDED_FILES)
      complain(`more than ${MAX_INCLUDED_FILES} files are included`)
  }
  return [...requested.values()]
}

const CANNOT: IncludeReading = { ok: false, message: 'included files cannot be read here' }
