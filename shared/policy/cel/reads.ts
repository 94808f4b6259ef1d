import { childrenOf } from './syntax.ts'
import type { SyntaxNode } from './syntax.ts'

/**
 * The top-level claims that an expression reads through `assertion`, sorted; `*` where it takes
 * `assertion` as a whole or by a name that is not in the source.
 */
export function readsOf(root: SyntaxNode): readonly string[] {
  const reads = new Set<string>()
  const visit = (node: SyntaxNode): void => {
    const claim = claimOf(node)
    if (claim !== undefined) reads.add(claim)
    else if (isAssertion(node)) reads.add('*')
    for (const child of childrenOf(node)) {
      if (claim === undefined || !isAssertion(child)) visit(child)
    }
  }
  visit(root)
  return [...reads].sort()
}

function isAssertion(node: SyntaxNode | undefined): boolean {
  return node?.kind === 'ident' && node.name === 'assertion'
}

/** The claim of `assertion.x`, `has(assertion.x)`, `assertion['x']` and `'x' in assertion`. */
function claimOf(node: SyntaxNode): string | undefined {
  if (node.kind === 'select' || node.kind === 'has') {
    return isAssertion(node.operand) ? node.field : undefined
  }
  if (node.kind !== 'operator') return undefined
  const [left, right] = node.args
  const [container, key] = node.name === 'in' ? [right, left] : [left, right]
  if ((node.name !== 'in' && node.name !== '[]') || !isAssertion(container)) return undefined
  return key?.kind === 'const' && key.type === 'string' ? key.value : undefined
}
