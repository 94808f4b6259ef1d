import type { Expr } from './engine-syntax.ts'

/** Nodes of a loop's body that are evaluated for one unit of work. */
const NODES_IN_A_UNIT = 2

/** What one turn of a loop costs beside the work that its functions pay for: by its length. */
export function weightOf(body: Expr | undefined): number {
  return 1 + Math.floor(nodesIn(body) / NODES_IN_A_UNIT)
}

function nodesIn(expr: Expr | undefined): number {
  let count = 1
  for (const inner of partsOf(expr)) count += nodesIn(inner)
  return count
}

function partsOf(expr: Expr | undefined): readonly (Expr | undefined)[] {
  const kind = expr?.exprKind
  switch (kind?.case) {
    case 'selectExpr':
      return [kind.value.operand]
    case 'callExpr':
      return kind.value.target === undefined
        ? kind.value.args
        : [kind.value.target, ...kind.value.args]
    case 'listExpr':
      return kind.value.elements
    case 'structExpr':
      return kind.value.entries.flatMap(({ keyKind, value }) => [
        ...(keyKind.case === 'mapKey' ? [keyKind.value] : []),
        value,
      ])
    case 'comprehensionExpr':
      return [kind.value.iterRange, kind.value.loopStep, kind.value.result]
    default:
      return []
  }
}
