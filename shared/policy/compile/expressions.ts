import type { AttributeCondition } from '../../domain/condition.ts'
import {
  compileCondition,
  compileExpression,
  createRuntime,
  ExpressionError,
  type CompiledExpression,
} from '../cel/compile.ts'

/** Google's limit on an expression of an attribute mapping, in characters. */
const MAPPING_LIMITS = { maxLength: 2048 }

/** Compiles each distinct text once: thousands of grants share a few dozen conditions. */
export interface Expressions {
  condition(source: string): AttributeCondition | ExpressionError
  /** One expression of an attribute mapping; it sees the assertion alone. */
  mapping(source: string, result: 'string' | 'string-or-list'): CompiledExpression | ExpressionError
}

/** The expressions of one load. */
export function createExpressions(): Expressions {
  const conditions = new Map<string, AttributeCondition | ExpressionError>()
  const mappings = new Map<string, CompiledExpression | ExpressionError>()
  const runtime = createRuntime()
  return {
    condition: (source) => once(conditions, source, () => compileCondition(source, runtime)),
    mapping: (source, result) =>
      once(mappings, `${result} ${source}`, () =>
        compileExpression(source, result, ['assertion'], MAPPING_LIMITS, runtime),
      ),
  }
}

function once<Compiled>(
  seen: Map<string, Compiled | ExpressionError>,
  key: string,
  compile: () => Compiled,
): Compiled | ExpressionError {
  const known = seen.get(key)
  if (known !== undefined) return known
  const compiled = orExpressionError(compile)
  seen.set(key, compiled)
  return compiled
}

function orExpressionError<Compiled>(compile: () => Compiled): Compiled | ExpressionError {
  try {
    return compile()
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
}
