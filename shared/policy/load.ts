import type { Policy } from '../domain/policy.ts'
import { compilePolicy, type IncludedFile } from './compile/compile.ts'
import { createExpressions } from './compile/expressions.ts'
import { policyDigest } from './digest.ts'
import { checkFile, type CheckedFile } from './document/check.ts'
import { enough, firstProblems, sortProblems, type Problem } from './problem.ts'
import { displayName, includedFiles, type IncludeReading, type PolicyFile } from './includes.ts'
export type { IncludeReading, PolicyFile } from './includes.ts'
import { readText } from './text.ts'
import { parseYaml } from './yaml/parse.ts'

/** What loading depends on beside the text. */
export interface LoadOptions {
  /** Permits `http:` issuers and key addresses on this machine. */
  readonly allowLoopback?: boolean
  /** Gives the files of an `include` path; without it, includes are problems. */
  readonly readInclude?: (path: string) => IncludeReading | undefined
}

/** A policy, whole; or every reason why not. */
export type LoadResult = {
  /** Over the bytes that were read, good or bad: whether a file changed since. */
  readonly digest: string
  /** The paths of the main file's `include:`, each once. */
  readonly includes: readonly string[]
} & (
  | {
      readonly ok: true
      readonly policy: Policy
      /**
       * The main file first. Every entry of a loaded file passed: `document` and `index` agree with
       * the text, and `source` tells where each value stands.
       */
      readonly files: readonly CheckedFile[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }
)

/** A policy that loaded, with the documents that it was compiled from. */
export type LoadedPolicy = Extract<LoadResult, { readonly ok: true }>

/** A main file that was read; its includes are still to be given. */
export interface OpenedPolicy {
  /** The paths of its `include:`, each once, for `readInclude`. */
  readonly includes: readonly string[]
  finish(options?: LoadOptions): LoadResult
}

/**
 * Loads a policy from text: all or nothing. Never throws for anything that the text may hold;
 * problems are in the order of the files and their lines, about a hundred at most.
 */
export function loadPolicy(main: PolicyFile, options: LoadOptions = {}): LoadResult {
  return openPolicy(main).finish(options)
}

/** The first half of `loadPolicy`, for callers that read includes asynchronously. */
export function openPolicy(main: PolicyFile): OpenedPolicy {
  const problems: Problem[] = []
  const checked = readChecked('main', main, problems)
  const includes = new Set((checked?.includes ?? []).map(({ document }) => document.files))
  const opened = { includes: [...includes] }
  return {
    ...opened,
    finish(options = {}) {
      if (checked !== undefined) return { ...opened, ...finish(main, checked, problems, options) }
      const shown = firstProblems(problems)
      return { ...opened, ok: false, problems: shown, digest: policyDigest(bytesOf(main), []) }
    },
  }
}

function finish(
  main: PolicyFile,
  checked: CheckedFile,
  opened: readonly Problem[],
  { readInclude, allowLoopback = false }: LoadOptions,
):
  | Omit<Extract<LoadResult, { ok: true }>, 'includes'>
  | Omit<Extract<LoadResult, { ok: false }>, 'includes'> {
  const problems = [...opened]
  const included: IncludedFile[] = []
  const requested = includedFiles(main, checked, readInclude, problems)
  for (const { file, entry } of requested) {
    const named = { ...file, name: displayName(main, file) }
    const part = readChecked('include', named, problems)
    if (part !== undefined) included.push({ file: part, entry })
  }
  const parts = requested.map(({ file }) => ({ name: file.name, bytes: bytesOf(file) }))
  const digest = policyDigest(bytesOf(main), parts)
  const names = [main.name, ...requested.map(({ file }) => displayName(main, file))]
  const failed = () => ({
    ok: false as const,
    digest,
    problems: firstProblems(sortProblems(problems, names)),
  })
  if (enough(problems)) return failed()
  const context = { expressions: createExpressions(), allowLoopback, problems }
  const policy = compilePolicy(checked, included, digest, context)
  if (problems.length === 0)
    return { ok: true, digest, policy, files: [checked, ...included.map(({ file }) => file)] }
  return failed()
}

function bytesOf({ bytes }: PolicyFile): Uint8Array {
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes
}

function readChecked(
  kind: 'main' | 'include',
  file: PolicyFile,
  problems: Problem[],
): CheckedFile | undefined {
  const text = readText(file.name, file.bytes)
  const parsed = text.ok ? parseYaml(file.name, text.text) : text
  if (parsed.ok) return checkFile(kind, parsed.value, parsed.source, problems)
  problems.push(...parsed.problems)
  return undefined
}
