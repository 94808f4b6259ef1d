import { childrenOf, type SyntaxNode } from '../../cel/compile.ts'
import type { Locals } from './claims.ts'

/** Calls `look` for a node and everything below it, with the variables that are bound there. */
export function visit(
  node: SyntaxNode,
  look: (node: SyntaxNode, locals: Locals) => void,
  locals: Locals = new Map(),
): void {
  look(node, locals)
  if (node.kind !== 'macro') {
    for (const child of childrenOf(node)) visit(child, look, locals)
    return
  }
  visit(node.range, look, locals)
  const inner = new Map([...locals, [node.variable, node.range] as const])
  for (const body of node.body) visit(body, look, inner)
}
