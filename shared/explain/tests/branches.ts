import type { Bindings } from '../../domain/condition.ts'
import {
  bind,
  bindClaims,
  childrenOf,
  type CompiledCondition,
  type CompiledExpression,
  type SyntaxNode,
} from '../../policy/cel/compile.ts'
import type { ExplainedNode } from '../../policy/explained.ts'

/** A condition's part that alone is true or false: an operand of `&&`, `||`, `!` and `?:`. */
export interface Branch {
  readonly id: number
  readonly text: string
  /** From 1, within the condition. */
  readonly line: number
  readonly column: number
  readonly seen: Set<boolean>
}

/** The branches of a condition, nothing seen yet. */
export function branchesOf({ expression }: CompiledCondition): readonly Branch[] {
  const places = placesOf(expression)
  return leavesOf(expression.syntax).flatMap(({ id }) => {
    const place = places.get(id)
    if (place === undefined) return []
    const { text, line, column } = place
    return [{ id, text, line, column, seen: new Set<boolean>() }]
  })
}

/** Notes what each branch came to in one evaluation, as far as the evaluation went into it. */
export function observe(
  { expression }: CompiledCondition,
  bindings: Bindings,
  branches: readonly Branch[],
): void {
  const nodes = nodesOf(expression.explain(bindings))
  const values = new Map(nodes.map(({ id, value }) => [id, value] as const))
  const byId = new Map(branches.map((branch) => [branch.id, branch]))
  for (const node of reachedLeaves(expression.syntax, values)) {
    const value = values.get(node.id)
    if (typeof value === 'boolean') byId.get(node.id)?.seen.add(value)
  }
}

/** Every part of an expression by its id; text and place do not depend on what is bound. */
function placesOf(expression: CompiledExpression): ReadonlyMap<number, ExplainedNode> {
  const nothing = bind(bindClaims({}), {}, new Map())
  return new Map(nodesOf(expression.explain(nothing)).map((node) => [node.id, node]))
}

function nodesOf(node: ExplainedNode): readonly ExplainedNode[] {
  return [node, ...node.children.flatMap(nodesOf)]
}

function leavesOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (isJunction(node)) return childrenOf(node).flatMap(leavesOf)
  return node.kind === 'const' ? [] : [node]
}

/** Left to right, an operand behind one that settled the answer is not reached. */
function reachedLeaves(
  node: SyntaxNode,
  values: ReadonlyMap<number, unknown>,
): readonly SyntaxNode[] {
  if (!isJunction(node)) return [node]
  const operands = childrenOf(node)
  if (node.name === '?:') {
    const [condition, whenTrue, whenFalse] = operands
    const taken = condition && values.get(condition.id) === true ? whenTrue : whenFalse
    return [condition, taken].flatMap((one) => (one ? reachedLeaves(one, values) : []))
  }
  const settling = SETTLING.get(node.name)
  const settled = operands.findIndex((operand) => values.get(operand.id) === settling)
  const reached =
    settling === undefined || settled === -1 ? operands : operands.slice(0, settled + 1)
  return reached.flatMap((operand) => reachedLeaves(operand, values))
}

/** The value of an operand that settles the answer. */
const SETTLING: ReadonlyMap<string, boolean> = new Map([
  ['&&', false],
  ['||', true],
])

function isJunction(node: SyntaxNode): node is Extract<SyntaxNode, { kind: 'operator' }> {
  return node.kind === 'operator' && ['&&', '||', '!', '?:'].includes(node.name)
}
