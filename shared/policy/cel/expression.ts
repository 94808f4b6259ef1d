import type { ClaimValue } from '../../domain/claims.ts'
import type { AttributeCondition, Bindings } from '../../domain/condition.ts'
import type { SyntaxNode } from './syntax.ts'

/** What an expression must give: checked at load where it can be, at evaluation always. */
export type ResultType = 'bool' | 'string' | 'string-or-list'

/** A variable that Google's attribute mappings and conditions know. */
export type Variable = 'assertion' | 'google' | 'attribute'

/** Limits of an expression at load; Google counts characters. */
export interface ExpressionLimits {
  /** Characters (code points). */
  readonly maxLength: number
}

/** Why an expression is refused at load, in one line, and where; it never holds a claim. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  /** Within the expression, from 1. */
  readonly line: number
  /** Within the line, from 1, in UTF-16 units as editors count. */
  readonly column: number

  constructor(message: string, line: number, column: number) {
    super(message.replaceAll(/\s+/g, ' '))
    this.line = line
    this.column = column
  }
}

/** A value of the asked type, or why there is none. The error's text may hold claim values. */
export type CelResult =
  { readonly value: boolean | string | readonly string[] } | { readonly error: string }

/**
 * One sub-expression and what it came to. An operand that `&&`, `||` or `?:` did not need is shown
 * with its own value as well: nothing is left out because of a short circuit. The body of a macro
 * (`all`, `exists`, ...) has no single value and no node.
 */
export interface ExplainedNode {
  /** Of the node of the expression's syntax that this explains. */
  readonly id: number
  readonly text: string
  /** From 1, of the sub-expression's first character. */
  readonly line: number
  readonly column: number
  /** The value in JSON's terms; absent where `error` is given. */
  readonly value?: ClaimValue
  readonly error?: string
  readonly children: readonly ExplainedNode[]
}

/** A CEL expression that passed every check of its load. */
export interface CompiledExpression {
  readonly source: string
  /** Top-level claims read, sorted; `*` where `assertion` is read in a way that names no claim. */
  readonly reads: readonly string[]
  readonly syntax: SyntaxNode
  /** Never throws, and ends: see the budget. */
  evaluate(bindings: Bindings): CelResult
  /** Never throws. Values are claims: for operators, never for the wire of a caller. */
  explain(bindings: Bindings): ExplainedNode
}

/** A condition of a loaded policy: its expression can be looked into. */
export interface CompiledCondition extends AttributeCondition {
  readonly expression: CompiledExpression
}
