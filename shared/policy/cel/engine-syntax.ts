import type { parse } from '@bufbuild/cel'

/** What the engine's parser gives. */
export type Parsed = ReturnType<typeof parse>

/** A node of the engine's syntax tree. */
export type Expr = NonNullable<Parsed['expr']>

/** A macro's loop in the engine's syntax tree. */
export type Comprehension = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value']

/** The source name of the macro that a node was expanded from. */
export function macroOf(parsed: Parsed, expr: Expr): string | undefined {
  const call = parsed.sourceInfo?.macroCalls[String(expr.id)]?.exprKind
  return call?.case === 'callExpr' ? call.value.function : undefined
}

/** A constant int. */
export function intOf(id: bigint, value: number): Expr {
  return {
    $typeName: 'cel.expr.Expr',
    id,
    exprKind: {
      case: 'constExpr',
      value: {
        $typeName: 'cel.expr.Constant',
        constantKind: { case: 'int64Value', value: BigInt(value) },
      },
    },
  }
}

/** A call, as the parser would have made it. */
export function callOf(id: bigint, name: string, args: Expr[]): Expr {
  return {
    $typeName: 'cel.expr.Expr',
    id,
    exprKind: {
      case: 'callExpr',
      value: { $typeName: 'cel.expr.Expr.Call', function: name, args },
    },
  }
}
