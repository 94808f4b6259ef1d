import { ExpressionError } from './expression.ts'
import type { SyntaxNode } from './syntax.ts'

/** The refusal of an expression, at a node's place. */
export function refuse(node: SyntaxNode, message: string): ExpressionError {
  return new ExpressionError(message, node.line, node.column)
}
