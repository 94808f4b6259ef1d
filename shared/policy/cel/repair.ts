import { APPEND, INDEX, MAP_LITERAL, NEW_LIST, TICK } from './container-functions.ts'
import { callOf, intOf, macroOf } from './engine-syntax.ts'
import type { Comprehension, Expr, Parsed } from './engine-syntax.ts'
import { weightOf } from './weight.ts'

/**
 * The same expression with the engine's weak places led through functions of ours: a loop's turns
 * are counted, `map` and `filter` build their list in place, a map literal knows its null values,
 * an index is checked. Nodes keep their ids; the parsed tree itself stays as it is.
 */
export function repair(parsed: Parsed, expr: Expr): Expr {
  const within = (inner: Expr): Expr => repair(parsed, inner)
  const kind = expr.exprKind
  switch (kind.case) {
    case 'selectExpr': {
      const { operand } = kind.value
      if (operand === undefined) return expr
      const value = { ...kind.value, operand: within(operand) }
      return { ...expr, exprKind: { case: 'selectExpr', value } }
    }
    case 'callExpr': {
      const { target, args } = kind.value
      const value = { ...kind.value, args: args.map(within) }
      if (target !== undefined) value.target = within(target)
      const index = args[1]
      if (value.function === '_[_]' && index !== undefined && !isPlainKey(index)) {
        value.function = INDEX
      }
      return { ...expr, exprKind: { case: 'callExpr', value } }
    }
    case 'listExpr': {
      const value = { ...kind.value, elements: kind.value.elements.map(within) }
      return { ...expr, exprKind: { case: 'listExpr', value } }
    }
    case 'structExpr': {
      const entries = kind.value.entries.map((entry) => {
        const repaired = { ...entry }
        if (entry.value !== undefined) repaired.value = within(entry.value)
        if (entry.keyKind.case === 'mapKey') {
          repaired.keyKind = { case: 'mapKey', value: within(entry.keyKind.value) }
        }
        return repaired
      })
      const value = { ...kind.value, entries }
      const literal: Expr = { ...expr, exprKind: { case: 'structExpr', value } }
      return kind.value.messageName === '' ? callOf(expr.id, MAP_LITERAL, [literal]) : literal
    }
    case 'comprehensionExpr': {
      const value = repairLoop(kind.value, macroOf(parsed, expr), within)
      return { ...expr, exprKind: { case: 'comprehensionExpr', value } }
    }
    default:
      return expr
  }
}

/** A constant key has one meaning; a `bool` or a `double` as a list's index has none. */
function isPlainKey(expr: Expr): boolean {
  if (expr.exprKind.case !== 'constExpr') return false
  const { case: type } = expr.exprKind.value.constantKind
  return type === 'stringValue' || type === 'int64Value'
}

function repairLoop(
  loop: Comprehension,
  macro: string | undefined,
  within: (expr: Expr) => Expr,
): Comprehension {
  const repaired = { ...loop }
  if (loop.iterRange !== undefined) repaired.iterRange = within(loop.iterRange)
  if (loop.loopStep !== undefined) repaired.loopStep = within(loop.loopStep)
  if (loop.loopCondition !== undefined) {
    const { id } = loop.loopCondition
    const weight = intOf(id, weightOf(loop.loopStep))
    repaired.loopCondition = callOf(id, TICK, [loop.loopCondition, weight])
  }
  if (macro !== 'map' && macro !== 'filter') return repaired
  if (loop.accuInit !== undefined) repaired.accuInit = callOf(loop.accuInit.id, NEW_LIST, [])
  if (repaired.loopStep !== undefined) repaired.loopStep = appending(repaired.loopStep)
  return repaired
}

/** The step `result + [element]`, bare or under a filter's condition, as an append. */
function appending(step: Expr): Expr {
  if (step.exprKind.case !== 'callExpr') return step
  const call = step.exprKind.value
  const [first, second, third] = call.args
  if (call.function === '_?_:_' && first !== undefined && second !== undefined) {
    const args = [first, appending(second), ...(third === undefined ? [] : [third])]
    return callOf(step.id, call.function, args)
  }
  const element =
    second?.exprKind.case === 'listExpr' ? second.exprKind.value.elements[0] : undefined
  if (call.function !== '_+_' || first === undefined || element === undefined) return step
  return callOf(step.id, APPEND, [first, element])
}
