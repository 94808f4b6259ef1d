import { readFile } from 'node:fs/promises'
import { checkFile, type CheckedFile } from './document/check.ts'
import { reasonOf } from './disk.ts'
import { firstProblems, type Problem } from './problem.ts'
import { readText } from './text.ts'
import { parseYaml } from './yaml/parse.ts'

/** A file of further tests, or what is wrong with it. */
export type TestsReading =
  | { readonly ok: true; readonly file: CheckedFile }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads a file that holds `version: 1` and `tests:` alone: tests that shall not stand in the policy
 * itself. Never throws for what is on disk.
 */
export async function readTestsFile(path: string): Promise<TestsReading> {
  const bytes = await readFile(path).catch((error: unknown) => reasonOf(error))
  if (typeof bytes === 'string')
    return failed({ file: path, line: 1, column: 1, message: `the file cannot be read: ${bytes}` })
  const text = readText(path, bytes)
  const parsed = text.ok ? parseYaml(path, text.text) : text
  if (!parsed.ok) return { ok: false, problems: firstProblems(parsed.problems) }
  const problems: Problem[] = []
  const file = checkFile('include', parsed.value, parsed.source, problems)
  for (const key of ['grants', 'ceiling'] as const)
    if (holds(parsed.value, key))
      problems.push({
        file: path,
        ...parsed.source.key([key]),
        message: `${key} may not stand in a file of tests`,
      })
  return problems.length === 0
    ? { ok: true, file }
    : { ok: false, problems: firstProblems(problems) }
}

function failed(problem: Problem): TestsReading {
  return { ok: false, problems: [problem] }
}

function holds(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}
