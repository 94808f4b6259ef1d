import type { Problem } from '../problem.ts'
import type { Path, SourceMap } from '../yaml/source-map.ts'
import type { ExpressionError } from '../cel/compile.ts'
import type { Expressions } from './expressions.ts'

/** What the compilers of one load share: the expressions, and where problems go. */
export interface CompileContext {
  readonly expressions: Expressions
  readonly allowLoopback: boolean
  readonly problems: Problem[]
}

/** Notes a problem at the value of `path`. */
export function complainAt(
  context: CompileContext,
  source: SourceMap,
  path: Path,
  message: string,
): void {
  context.problems.push({ file: source.file, ...source.value(path), message })
}

/** Notes what is wrong with the expression at `path`, at the very character where that is known. */
export function complainOf(
  context: CompileContext,
  source: SourceMap,
  path: Path,
  error: ExpressionError,
): void {
  const key = path.findLast((step) => typeof step === 'string') ?? ''
  const position = source.within(path, error)
  context.problems.push({ file: source.file, ...position, message: `${key}: ${error.message}` })
}

/** Notes ids that stand twice, over all files; the function answers whether an id was free. */
export function takenIds(context: CompileContext) {
  const taken = new Map<string, { readonly source: SourceMap; readonly path: Path }>()
  return (id: string, source: SourceMap, path: Path): boolean => {
    const first = taken.get(id)
    if (first === undefined) {
      taken.set(id, { source, path })
      return true
    }
    const { line, column } = first.source.value(first.path)
    complainAt(
      context,
      source,
      path,
      `id ${id} is taken already, at ${first.source.file}:${line}:${column}`,
    )
    return false
  }
}
