import type { Variable } from './expression.ts'
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
    else if (isVariable(node, 'assertion')) reads.add('*')
    for (const child of childrenOf(node)) {
      if (claim === undefined || !isVariable(child, 'assertion')) visit(child)
    }
  }
  visit(root)
  return [...reads].sort()
}

function isVariable(node: SyntaxNode | undefined, name: Variable): boolean {
  return node?.kind === 'ident' && node.name === name
}

/** The claim of `assertion.x`, `has(assertion.x)`, `assertion['x']` and `'x' in assertion`. */
function claimOf(node: SyntaxNode): string | undefined {
  return fieldOf(node, 'assertion')
}

/** The name that is read of a variable, in each of the ways to write it. */
function fieldOf(node: SyntaxNode, variable: Variable): string | undefined {
  if (node.kind === 'select' || node.kind === 'has') {
    return isVariable(node.operand, variable) ? node.field : undefined
  }
  if (node.kind !== 'operator') return undefined
  const [left, right] = node.args
  const [container, key] = node.name === 'in' ? [right, left] : [left, right]
  if ((node.name !== 'in' && node.name !== '[]') || !isVariable(container, variable))
    return undefined
  return key?.kind === 'const' && key.type === 'string' ? key.value : undefined
}

/** A mapped attribute that an expression reads or asks for, and where. */
export interface MappedRead {
  /** `attribute.NAME` or `google.groups`. */
  readonly name: string
  readonly place: SyntaxNode
  /** Whether it is only asked for, by `has` or `in`: false where it is not set, and no error. */
  readonly asks: boolean
}

/** Where an expression reads mapped attributes by their names, in the order of the source. */
export function mappedReadsOf(root: SyntaxNode): readonly MappedRead[] {
  const field = fieldOf(root, 'attribute')
  const asks = root.kind === 'has' || (root.kind === 'operator' && root.name === 'in')
  const own =
    field === undefined
      ? fieldOf(root, 'google') === 'groups'
        ? [{ name: 'google.groups', place: root, asks }]
        : []
      : [{ name: `attribute.${field}`, place: root, asks }]
  return [...own, ...childrenOf(root).flatMap(mappedReadsOf)]
}
