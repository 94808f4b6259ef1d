import type { AttributeCondition } from '../../domain/condition.ts'
import { EVALUATION_UNITS } from './budget.ts'
import { check } from './check.ts'
import { createExplainer } from './explain.ts'
import type { CompiledExpression, ExpressionLimits, ResultType, Variable } from './expression.ts'
import { parseExpression } from './parse.ts'
import { createProgram } from './program.ts'
import { readSyntax } from './read-syntax.ts'
import { readsOf } from './reads.ts'
import { checkResult, resultOf } from './result.ts'

export { bind, bindClaims } from './bind.ts'
export { ExpressionError } from './expression.ts'
export type { CelResult, CompiledExpression, ExplainedNode, ResultType } from './expression.ts'
export type { SyntaxNode } from './syntax.ts'

/** Google's limit on a condition, in characters. */
const MAX_CONDITION_LENGTH = 4096

/**
 * Parses, checks and plans an expression that may read `variables` and must give `result`. Throws
 * `ExpressionError`, with a place within the expression, for everything that could never work.
 */
export function compileExpression(
  source: string,
  result: ResultType,
  variables: readonly Variable[],
  limits: ExpressionLimits,
): CompiledExpression {
  const { parsed, expr } = parseExpression(source, limits.maxLength)
  const syntax = readSyntax(source, parsed)
  const { type, patterns } = check(syntax, variables)
  checkResult(syntax, type, result)
  const program = createProgram(parsed, patterns)
  const run = program.plan(expr)
  return {
    source,
    syntax,
    reads: readsOf(syntax),
    evaluate(bindings) {
      program.allow(EVALUATION_UNITS)
      return resultOf(run(bindings), result)
    },
    explain: createExplainer(syntax, parsed, program),
  }
}

/**
 * A condition of the policy: a bool over all three variables, at most 4,096 characters. Throws
 * `ExpressionError`.
 */
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
    test(bindings) {
      const given = expression.evaluate(bindings)
      return 'error' in given ? given : given.value === true
    },
  }
}
