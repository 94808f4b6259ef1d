import { celError, isCelMap, plan } from '@bufbuild/cel'
import type { CelInput, CelResult as EngineResult } from '@bufbuild/cel'
import type { Bindings } from '../../domain/condition.ts'
import { createBudget, EXHAUSTED } from './budget.ts'
import type { Expr, Parsed } from './engine-syntax.ts'
import { createEnvironment } from './environment.ts'
import type { Pattern } from './patterns.ts'
import { repair } from './repair.ts'

/** A planned expression or part of one: gives a value or an error of the engine, never throws. */
export type Run = (bindings: Bindings) => EngineResult

/**
 * What runs expressions. Many may share one, as those of a policy do: evaluations are synchronous,
 * so that the one budget is that of the evaluation at hand.
 */
export interface Runtime {
  /** The patterns of `matches`, compiled at load: as many as the expressions have literals. */
  readonly patterns: Map<string, Pattern>
  /** Sets the work that may be done from now on. */
  allow(units: number): void
  plan(parsed: Parsed, expr: Expr): Run
}

/** A runtime of its own: about 30 KB. */
export function createRuntime(): Runtime {
  const budget = createBudget()
  const patterns = new Map<string, Pattern>()
  const environment = createEnvironment({
    budget,
    patternFor(pattern) {
      const compiled = patterns.get(pattern)
      if (compiled === undefined) throw new Error('the pattern was not compiled at load')
      return compiled
    },
  })
  return {
    patterns,
    allow: (units) => budget.refill(units),
    plan(parsed, expr) {
      const run = plan(environment, repair(parsed, expr))
      return (bindings) => {
        const value = run(variablesOf(bindings))
        // An operator may have absorbed the error; a spent budget is the answer all the same.
        return budget.exhausted() ? celError(EXHAUSTED) : value
      }
    },
  }
}

/** The engine's variables, without a prototype: a name such as `constructor` must find nothing. */
function variablesOf({ assertion, google, attribute }: Bindings): Record<string, CelInput> {
  const variables: Record<string, CelInput> = Object.create(null)
  if (isCelMap(assertion)) variables['assertion'] = assertion
  if (isCelMap(google)) variables['google'] = google
  if (isCelMap(attribute)) variables['attribute'] = attribute
  return variables
}
