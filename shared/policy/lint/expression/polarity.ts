import type { SyntaxNode } from '../../cel/compile.ts'

/** How the truth of a part bears on the whole: the same way, or the other way round. */
export type Polarity = 'plain' | 'negated'

/**
 * The parts of a condition that bear on it in one way only, by their ids. What stands within a
 * comparison or decides a `?:` bears on it in ways that cannot be told, and is left out.
 */
export function polaritiesOf(root: SyntaxNode): ReadonlyMap<number, Polarity> {
  const found = new Map<number, Polarity>()
  const walk = (node: SyntaxNode, polarity: Polarity): void => {
    found.set(node.id, polarity)
    for (const part of monotoneParts(node)) walk(part, polarity)
    if (node.kind !== 'operator' || node.name !== '!') return
    for (const operand of node.args) walk(operand, polarity === 'plain' ? 'negated' : 'plain')
  }
  walk(root, 'plain')
  return found
}

/** The parts that make a node true more often when they are true more often. */
function monotoneParts(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.kind === 'macro') return ['all', 'exists'].includes(node.name) ? node.body : []
  if (node.kind !== 'operator') return []
  if (node.name === '?:') return node.args.slice(1)
  return node.name === '&&' || node.name === '||' ? node.args : []
}
