import { isCelError, unparse } from '@bufbuild/cel'
import type { Bindings } from '../../domain/condition.ts'
import { EXPLANATION_UNITS } from './budget.ts'
import type { Expr, Parsed } from './engine-syntax.ts'
import type { ExplainedNode } from './expression.ts'
import type { Runtime, Run } from './runtime.ts'
import { beginningOf, childrenOf } from './syntax.ts'
import type { SyntaxNode } from './syntax.ts'
import { toPlain } from './values.ts'

/**
 * Explains an expression: plans each part of it on first use, in the environment of the expression
 * itself, and evaluates it by itself.
 */
export function createExplainer(
  root: SyntaxNode,
  parsed: Parsed,
  runtime: Runtime,
): (bindings: Bindings) => ExplainedNode {
  let parts: ReadonlyMap<number, Expr> | undefined
  const runs = new Map<number, Run>()
  const runOf = (node: SyntaxNode): Run | undefined => {
    parts ??= partsOf(parsed)
    const expr = parts.get(node.id)
    const run = runs.get(node.id) ?? (expr === undefined ? undefined : runtime.plan(parsed, expr))
    if (run !== undefined) runs.set(node.id, run)
    return run
  }
  const explained = (node: SyntaxNode, bindings: Bindings): ExplainedNode => {
    const { line, column } = beginningOf(node)
    const value = runOf(node)?.(bindings)
    const shown =
      value === undefined || isCelError(value)
        ? { error: value?.message ?? 'not evaluated' }
        : { value: toPlain(value) }
    const children = shownWithin(node).map((child) => explained(child, bindings))
    const text = textOf(parsed, parts?.get(node.id))
    return { id: node.id, text, line, column, ...shown, children }
  }
  return (bindings) => {
    runtime.allow(EXPLANATION_UNITS)
    return explained(root, bindings)
  }
}

/** The parts worth a line: not constants, not variables as a whole, not the body of a macro. */
function shownWithin(node: SyntaxNode): readonly SyntaxNode[] {
  const parts = node.kind === 'macro' ? [node.range] : childrenOf(node)
  return parts.filter(({ kind }) => kind !== 'const' && kind !== 'ident')
}

function textOf(parsed: Parsed, expr: Expr | undefined): string {
  return expr === undefined ? '' : unparse({ ...parsed, expr })
}

/** Every node of the parsed tree by its id. */
function partsOf(parsed: Parsed): ReadonlyMap<number, Expr> {
  const parts = new Map<number, Expr>()
  const visit = (expr: Expr | undefined): void => {
    if (expr === undefined) return
    parts.set(Number(expr.id), expr)
    const { exprKind } = expr
    if (exprKind.case === 'selectExpr') visit(exprKind.value.operand)
    else if (exprKind.case === 'comprehensionExpr') visit(exprKind.value.iterRange)
    else if (exprKind.case === 'listExpr') for (const one of exprKind.value.elements) visit(one)
    else if (exprKind.case === 'callExpr') {
      for (const one of [exprKind.value.target, ...exprKind.value.args]) visit(one)
    } else if (exprKind.case === 'structExpr') {
      for (const { keyKind, value } of exprKind.value.entries) {
        if (keyKind.case === 'mapKey') visit(keyKind.value)
        visit(value)
      }
    }
  }
  visit(parsed.expr)
  return parts
}
