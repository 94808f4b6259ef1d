import type { AttributeCondition } from '../../domain/condition.ts'
import { EVALUATION_UNITS } from './budget.ts'
import { check } from './check.ts'
import { createEngine } from './engine.ts'
import type { Engine } from './engine.ts'
import { createExplainer } from './explain.ts'
import type { CompiledExpression, ExpressionLimits, ResultType, Variable } from './expression.ts'
import { parseExpression } from './parse.ts'
import { readSyntax } from './read-syntax.ts'
import { readsOf } from './reads.ts'
import { checkResult, resultOf } from './result.ts'

export { bind, bindClaims } from './bind.ts'
export { createEngine } from './engine.ts'
export type { Engine } from './engine.ts'
export { ExpressionError } from './expression.ts'
export type { CelResult, CompiledExpression, ExplainedNode, ResultType } from './expression.ts'
export type { SyntaxNode } from './syntax.ts'

/** Google's limit on a condition, in characters. */
const MAX_CONDITION_LENGTH = 4096

/** What a condition may read. */
const VARIABLES: readonly Variable[] = ['assertion', 'google', 'attribute']

/**
 * Parses, checks and plans an expression that may read `variables` and must give `result`. Throws
 * `ExpressionError`, with a place within the expression, for everything that could never work. The
 * expressions of one policy share an `engine`.
 */
export function compileExpression(
  source: string,
  result: ResultType,
  variables: readonly Variable[],
  limits: ExpressionLimits,
  engine: Engine = createEngine(),
): CompiledExpression {
  const { parsed, expr } = parseExpression(source, limits.maxLength)
  const syntax = readSyntax(source, parsed)
  checkResult(syntax, check(syntax, variables, engine.patterns), result)
  const run = engine.plan(parsed, expr)
  return {
    source,
    syntax,
    reads: readsOf(syntax),
    evaluate(bindings) {
      engine.allow(EVALUATION_UNITS)
      return resultOf(run(bindings), result)
    },
    explain: createExplainer(syntax, parsed, engine),
  }
}

/**
 * A condition of the policy: a bool over all three variables, at most 4,096 characters. Throws
 * `ExpressionError`.
 */
export function compileCondition(
  source: string,
  engine: Engine = createEngine(),
): AttributeCondition & { readonly expression: CompiledExpression } {
  const limits = { maxLength: MAX_CONDITION_LENGTH }
  const expression = compileExpression(source, 'bool', VARIABLES, limits, engine)
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
