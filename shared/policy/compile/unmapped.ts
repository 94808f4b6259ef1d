import type { AttributeCondition } from '../../domain/condition.ts'
import { ExpressionError, mappedReadsOf } from '../cel/compile.ts'
import { didYouMean } from '../closest.ts'
import { compiledCondition } from '../explained.ts'
import type { Path, SourceMap } from '../yaml/source-map.ts'
import { complainOf, type CompileContext } from './context.ts'

/**
 * Notes each mapped attribute that a condition reads and no provider sets of whose tokens it is
 * asked, once each: it would be an error for every token. One that the expression also asks for, by
 * `has` or `in`, is guarded and not noted. `mapped` undefined: not known, nothing is noted.
 */
export function complainOfUnmapped(
  condition: AttributeCondition,
  source: SourceMap,
  path: Path,
  mapped: ReadonlySet<string> | undefined,
  context: CompileContext,
): void {
  const syntax = compiledCondition(condition)?.expression.syntax
  if (mapped === undefined || syntax === undefined) return
  const reads = mappedReadsOf(syntax)
  const settled = new Set([...mapped, ...reads.filter(({ asks }) => asks).map(({ name }) => name)])
  for (const { name, place } of reads) {
    if (settled.has(name)) continue
    settled.add(name)
    const message = `no attributeMapping sets ${name}${didYouMean(name, mapped)}`
    complainOf(context, source, path, new ExpressionError(message, place.line, place.column))
  }
}
