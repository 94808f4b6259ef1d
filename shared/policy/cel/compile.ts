import { EVALUATION_UNITS } from './budget.ts'
import { check } from './check.ts'
import { createRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'
import { createExplainer } from './explain.ts'
import type {
  CompiledCondition,
  CompiledExpression,
  ExpressionLimits,
  ResultType,
  Variable,
} from './expression.ts'
import { parseExpression } from './parse.ts'
import { readSyntax } from './read-syntax.ts'
import { readsOf } from './reads.ts'
import { checkResult, resultOf } from './result.ts'

export { bind, bindClaims } from './bind.ts'
export { createRuntime } from './runtime.ts'
export type { Runtime } from './runtime.ts'
export { ExpressionError } from './expression.ts'
export type {
  CelResult,
  CompiledCondition,
  CompiledExpression,
  ExplainedNode,
  ResultType,
} from './expression.ts'
export { mappedReadsOf } from './reads.ts'
export { childrenOf } from './syntax.ts'
export type { SyntaxNode } from './syntax.ts'

/** Google's limit on a condition, in characters. */
const MAX_CONDITION_LENGTH = 4096

/** What a condition may read. */
const VARIABLES: readonly Variable[] = ['assertion', 'google', 'attribute']

/**
 * Parses, checks and plans an expression that may read `variables` and must give `result`. Throws
 * `ExpressionError`, with a place within the expression, for everything that could never work. The
 * expressions of one policy share a `runtime`.
 */
export function compileExpression(
  source: string,
  result: ResultType,
  variables: readonly Variable[],
  limits: ExpressionLimits,
  runtime: Runtime = createRuntime(),
): CompiledExpression {
  const { parsed, expr } = parseExpression(source, limits.maxLength)
  const syntax = readSyntax(source, parsed)
  checkResult(syntax, check(syntax, variables, runtime.patterns), result)
  const run = runtime.plan(parsed, expr)
  return {
    source,
    syntax,
    reads: readsOf(syntax),
    evaluate(bindings) {
      runtime.allow(EVALUATION_UNITS)
      return resultOf(run(bindings), result)
    },
    explain: createExplainer(syntax, parsed, runtime),
  }
}

/**
 * A condition of the policy: a bool over all three variables, at most 4,096 characters. As the
 * language has it, `||` and `&&` absorb an error on one side where the other settles the matter.
 * Throws `ExpressionError`.
 */
export function compileCondition(
  source: string,
  runtime: Runtime = createRuntime(),
): CompiledCondition {
  const limits = { maxLength: MAX_CONDITION_LENGTH }
  const expression = compileExpression(source, 'bool', VARIABLES, limits, runtime)
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
