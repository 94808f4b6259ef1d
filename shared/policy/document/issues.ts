import type { z } from 'zod'
import { MAX_PROBLEMS, type Problem } from '../problem.ts'
import type { Path, SourceMap } from '../yaml/source-map.ts'
import { IS_MISSING } from './sentences.ts'
import { unknownKey } from './unknown-keys.ts'

/**
 * One problem for each thing that the schema found, at its place in the file. `hint` says what a
 * missing key would hold, where that is known. One more than is shown, at most.
 */
export function problemsOf(
  issues: z.ZodError['issues'],
  source: SourceMap,
  prefix: Path,
  schema: z.ZodType,
  hint: (missing: PropertyKey | undefined) => string | undefined,
): readonly Problem[] {
  const problems = issues.slice(0, MAX_PROBLEMS + 1).flatMap((issue): readonly Problem[] => {
    const path = [...prefix, ...issue.path]
    if (issue.code === 'unrecognized_keys')
      return issue.keys.slice(0, MAX_PROBLEMS + 1).map((key) => ({
        file: source.file,
        ...source.key([...path, key]),
        message: unknownKey(schema, issue.path, key),
      }))
    const bad = issue.code === 'invalid_key'
    const predicate = bad ? (issue.issues[0]?.message ?? issue.message) : issue.message
    const position = bad ? source.key(path) : source.value(path)
    const known = predicate === IS_MISSING ? hint(path.at(-1)) : undefined
    const message = `${subjectOf(path)} ${predicate}${known === undefined ? '' : `: ${known}`}`
    return [{ file: source.file, ...position, message }]
  })
  return problems.slice(0, MAX_PROBLEMS + 1)
}

/** The key that a problem is about: the last one on the way. */
function subjectOf(path: Path): string {
  const key = path.findLast((step) => typeof step === 'string')
  if (key === undefined) return 'the file'
  return typeof path.at(-1) === 'number' ? (SINGULAR[key] ?? key) : key
}

/** What one entry of a list is called. */
const SINGULAR: Readonly<Record<string, string>> = {
  providers: 'a provider',
  grants: 'a grant',
  denials: 'a denial',
  tests: 'a test',
}
