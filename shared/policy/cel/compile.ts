import { celEnv, isCelError, isCelList, parse, plan } from '@bufbuild/cel'
import { strings } from '@bufbuild/cel/ext'
import type { AttributeCondition, Bindings, Verdict } from '../../domain/condition.ts'
import { ExpressionError } from './expression.ts'
import type {
  CelResult,
  CompiledExpression,
  ExpressionLimits,
  ResultType,
  Variable,
} from './expression.ts'

export { bind, bindClaims } from './bind.ts'
export { ExpressionError } from './expression.ts'
export type { CelResult, CompiledExpression, ExplainedNode, ResultType } from './expression.ts'
export type { SyntaxNode } from './syntax.ts'

/** Google's limit on a condition, in characters. */
const MAX_CONDITION_LENGTH = 4096

/**
 * Parses, checks and plans an expression; throws `ExpressionError` with a place within it.
 * The expression may read `variables` and must give `result`.
 */
export function compileExpression(
  source: string,
  result: ResultType,
  variables: readonly Variable[],
  limits: ExpressionLimits,
): CompiledExpression {
  void variables
  if (Array.from(source).length > limits.maxLength) {
    throw new ExpressionError(`longer than ${limits.maxLength} characters`, 1, 1)
  }
  let evaluator: (context: Record<string, never>) => unknown
  try {
    evaluator = plan(celEnv({ funcs: [...strings] }), parse(source))
  } catch (error) {
    throw new ExpressionError(String(error instanceof Error ? error.message : error), 1, 1)
  }
  return {
    source,
    reads: ['*'],
    syntax: { id: 1, kind: 'ident', name: source, line: 1, column: 1 },
    evaluate(bindings) {
      const value = evaluator({ ...bindings } as unknown as Record<string, never>)
      return resultOf(value, result)
    },
    explain(bindings) {
      const given = this.evaluate(bindings)
      return { text: source, line: 1, column: 1, ...given, children: [] }
    },
  }
}

/** A condition of the policy: boolean, at most 4,096 characters, over all three variables. */
export function compileCondition(
  source: string,
): AttributeCondition & { readonly expression: CompiledExpression } {
  const expression = compileExpression(source, 'bool', ['assertion', 'google', 'attribute'], {
    maxLength: MAX_CONDITION_LENGTH,
  })
  return {
    source,
    reads: expression.reads,
    expression,
    test(bindings: Bindings): Verdict {
      const given = expression.evaluate(bindings)
      if ('error' in given) return given
      return given.value === true
    },
  }
}

function resultOf(value: unknown, result: ResultType): CelResult {
  if (isCelError(value)) return { error: value.message }
  if (result === 'bool' && typeof value === 'boolean') return { value }
  if (result !== 'bool' && typeof value === 'string') return { value }
  if (result === 'string-or-list' && isCelList(value)) {
    const list = [...value]
    if (list.every((element) => typeof element === 'string')) return { value: list }
  }
  return { error: `the result is not a ${result}` }
}
