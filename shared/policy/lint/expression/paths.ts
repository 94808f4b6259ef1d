import type { SyntaxNode } from '../../cel/compile.ts'

const VARIABLES = new Set(['assertion', 'attribute', 'google'])

/**
 * The path of a value that is read by names alone: `assertion.a.b`, `attribute.n`, `google.groups`;
 * `assertion['a']` is the same as `assertion.a`. Undefined for every other expression.
 */
export function pathOf(node: SyntaxNode): readonly string[] | undefined {
  if (node.kind === 'ident') return VARIABLES.has(node.name) ? [node.name] : undefined
  const step = stepOf(node)
  if (step === undefined) return undefined
  const path = pathOf(step.operand)
  return path && [...path, step.field]
}

/** The presence that `has(a.b)` and `'b' in a` ask for, as a path. */
export function presenceOf(node: SyntaxNode): readonly string[] | undefined {
  if (node.kind === 'has') {
    const path = pathOf(node.operand)
    return path && [...path, node.field]
  }
  if (node.kind !== 'operator' || node.name !== 'in') return undefined
  const [key, container] = node.args
  const path = container && pathOf(container)
  if (path === undefined || key?.kind !== 'const' || key.type !== 'string') return undefined
  // `'x' in google.groups` asks for a member of a list, not for a field.
  return path.length === 1 ? [...path, key.value] : undefined
}

function stepOf(node: SyntaxNode) {
  if (node.kind === 'select') return { operand: node.operand, field: node.field }
  if (node.kind !== 'operator' || node.name !== '[]') return undefined
  const [operand, key] = node.args
  if (operand === undefined || key?.kind !== 'const' || key.type !== 'string') return undefined
  return { operand, field: key.value }
}
