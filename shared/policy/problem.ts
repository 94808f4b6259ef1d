/** A place in a file; line and column count from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One reason why a policy is not loaded: where it stands, and what is wrong in plain words. */
export interface Problem extends Position {
  readonly file: string
  readonly message: string
}

/** Characters of a message; it may quote what the file holds. */
const MAX_MESSAGE = 500

/**
 * `policy.yaml:12:7: message`, the form that editors and terminals turn into a link. Always one line,
 * whatever the file holds.
 */
export function formatProblem({ file, line, column, message }: Problem): string {
  const whole = message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE)}...`
  return `${file}:${line}:${column}: ${whole.replaceAll(/[\p{C}\u2028\u2029]+/gu, ' ')}`
}

/** Problems that are looked for and shown; a file of a thousand mistakes has one cause. */
export const MAX_PROBLEMS = 100

/** Whether looking for more problems is in vain: there is one more already than is shown. */
export function enough(problems: readonly Problem[]): boolean {
  return problems.length > MAX_PROBLEMS
}

/** The first hundred problems; where there are more, a last one says so, at the first left out. */
export function firstProblems(problems: readonly Problem[]): readonly Problem[] {
  const next = problems[MAX_PROBLEMS]
  if (next === undefined) return problems
  const closing = { ...next, message: 'too many problems: fix these first' }
  return [...problems.slice(0, MAX_PROBLEMS), closing]
}

/** Ordered as a reader meets them: files in the order given, then line, then column. */
export function sortProblems(
  problems: readonly Problem[],
  files: readonly string[],
): readonly Problem[] {
  const rank = new Map(files.map((file, index) => [file, index]))
  const rankOf = (problem: Problem) => rank.get(problem.file) ?? files.length
  return problems.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || a.line - b.line || a.column - b.column,
  )
}
