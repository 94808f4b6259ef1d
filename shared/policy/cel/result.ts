import { celType, isCelError, isCelList } from '@bufbuild/cel'
import type { CelResult as EngineResult } from '@bufbuild/cel'
import type { CelResult, ResultType } from './expression.ts'
import { refuse } from './refuse.ts'
import type { SyntaxNode } from './syntax.ts'
import { BOOL, listOf, mayBe, nameOf, STRING } from './types.ts'
import type { Type } from './types.ts'

const WANTED: Readonly<Record<ResultType, { readonly name: string; readonly types: Type[] }>> = {
  bool: { name: 'a bool', types: [BOOL] },
  string: { name: 'a string', types: [STRING] },
  'string-or-list': { name: 'a string or a list of strings', types: [STRING, listOf(STRING)] },
}

/** Throws `ExpressionError` for an expression that can never give what it must. */
export function checkResult(root: SyntaxNode, type: Type, result: ResultType): void {
  const { name, types } = WANTED[result]
  if (types.some((wanted) => mayBe(type, wanted))) return
  throw refuse(root, `the result must be ${name}, this is ${nameOf(type)}`)
}

/** What an evaluation came to. An error of the engine is a truthy value: it must not pass for one. */
export function resultOf(value: EngineResult, result: ResultType): CelResult {
  if (isCelError(value)) return { error: value.message }
  if (result === 'bool' && typeof value === 'boolean') return { value }
  if (result !== 'bool' && typeof value === 'string') return { value }
  if (result === 'string-or-list' && isCelList(value)) {
    const list = [...value]
    if (isTextList(list)) return { value: list }
  }
  return { error: `the result must be ${WANTED[result].name}, this is ${celType(value).name}` }
}

function isTextList(list: readonly unknown[]): list is readonly string[] {
  return list.every((element) => typeof element === 'string')
}
