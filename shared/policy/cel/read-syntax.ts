import { macroOf } from './engine-syntax.ts'
import type { Comprehension, Expr, Parsed } from './engine-syntax.ts'
import { ExpressionError } from './expression.ts'
import { placeAt } from './place.ts'
import type { Place } from './place.ts'
import type { Constant, Macro, SyntaxKind, SyntaxNode } from './syntax.ts'

/** Levels of a syntax tree, and of loops within loops. */
const MAX_DEPTH = 64
const MAX_LOOPS = 2

/** How the engine spells operators. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ...['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||'].map(
    (name) => [`_${name}_`, name] as const,
  ),
  ['!_', '!'],
  ['-_', '-'],
  ['@in', 'in'],
  ['_?_:_', '?:'],
  ['_[_]', '[]'],
])

const MACROS: ReadonlySet<string> = new Set<Macro>(['all', 'exists', 'exists_one', 'filter', 'map'])

/**
 * The engine's syntax tree in our own shape. Throws `ExpressionError` for what Google's expressions
 * do not have, and for a tree that is too deep.
 */
export function readSyntax(source: string, parsed: Parsed): SyntaxNode {
  const { expr } = parsed
  if (expr === undefined) throw new ExpressionError('there is no expression', 1, 1)

  const read = (node: Expr, depth: number, loops: number): SyntaxNode => {
    const place = placeOf(source, parsed, node)
    const refuse = (message: string): ExpressionError =>
      new ExpressionError(message, place.line, place.column)
    if (depth > MAX_DEPTH) throw refuse(`nested beyond ${MAX_DEPTH} levels`)
    const within = (inner: Expr | undefined): SyntaxNode => {
      if (inner === undefined) throw refuse('incomplete expression')
      return read(inner, depth + 1, loops)
    }
    const is = (kind: SyntaxKind): SyntaxNode => ({ ...kind, ...place, id: Number(node.id) })

    const { exprKind } = node
    switch (exprKind.case) {
      case 'constExpr':
        return is({ kind: 'const', ...constantOf(exprKind.value.constantKind, refuse) })
      case 'identExpr':
        return is({ kind: 'ident', name: exprKind.value.name })
      case 'selectExpr': {
        const { operand, field, testOnly } = exprKind.value
        return is({ kind: testOnly ? 'has' : 'select', operand: within(operand), field })
      }
      case 'callExpr': {
        const { function: name, target, args } = exprKind.value
        const operator = OPERATORS.get(name)
        if (operator !== undefined) {
          return is({ kind: 'operator', name: operator, args: flat(name, node).map(within) })
        }
        const on = target === undefined ? undefined : within(target)
        return is({ kind: 'call', name, target: on, args: args.map(within) })
      }
      case 'listExpr':
        return is({ kind: 'list', elements: exprKind.value.elements.map(within) })
      case 'structExpr': {
        const { messageName, entries } = exprKind.value
        if (messageName !== '') throw refuse('messages cannot be made here')
        return is({
          kind: 'map',
          entries: entries.map(({ keyKind, value }) => ({
            key: within(keyKind.case === 'mapKey' ? keyKind.value : undefined),
            value: within(value),
          })),
        })
      }
      case 'comprehensionExpr': {
        const name = macroOf(parsed, node) ?? ''
        if (!isMacro(name))
          throw refuse(`unknown function \`${name}\`, did you mean \`exists_one\`?`)
        if (loops >= MAX_LOOPS) throw refuse(`macros nest beyond ${MAX_LOOPS} levels`)
        const loop = exprKind.value
        const body = bodyOf(name, loop).map((inner) => read(inner, depth + 1, loops + 1))
        return is({
          kind: 'macro',
          name,
          range: within(loop.iterRange),
          variable: loop.iterVar,
          body,
        })
      }
      default:
        throw refuse('incomplete expression')
    }
  }
  return read(expr, 1, 0)
}

function isMacro(name: string): name is Macro {
  return MACROS.has(name)
}

/** The operands of a chain of `&&` or `||`, which the parser makes a balanced tree of. */
function flat(name: string, expr: Expr): readonly Expr[] {
  if (expr.exprKind.case !== 'callExpr' || expr.exprKind.value.function !== name) return [expr]
  const { args } = expr.exprKind.value
  return name === '_&&_' || name === '_||_' ? args.flatMap((one) => flat(name, one)) : args
}

/** The expressions that the author wrote into a macro, found again in its expansion. */
function bodyOf(name: Macro, loop: Comprehension): readonly Expr[] {
  const [first, second] = argsOf(loop.loopStep)
  if (name === 'all' || name === 'exists') return present(second)
  if (name === 'filter' || name === 'exists_one') return present(first)
  const filters = loop.loopStep?.exprKind.case === 'callExpr' && isConditional(loop.loopStep)
  const appended = filters ? argsOf(second)[1] : second
  const element =
    appended?.exprKind.case === 'listExpr' ? appended.exprKind.value.elements[0] : undefined
  return [...(filters ? present(first) : []), ...present(element)]
}

function isConditional(expr: Expr): boolean {
  return expr.exprKind.case === 'callExpr' && expr.exprKind.value.function === '_?_:_'
}

function argsOf(expr: Expr | undefined): readonly Expr[] {
  return expr?.exprKind.case === 'callExpr' ? expr.exprKind.value.args : []
}

function present(expr: Expr | undefined): readonly Expr[] {
  return expr === undefined ? [] : [expr]
}

type EngineConstant = Extract<Expr['exprKind'], { case: 'constExpr' }>['value']['constantKind']

function constantOf(
  constant: EngineConstant,
  refuse: (message: string) => ExpressionError,
): Constant {
  switch (constant.case) {
    case 'nullValue':
      return { type: 'null', value: null }
    case 'boolValue':
      return { type: 'bool', value: constant.value }
    case 'int64Value':
      if (constant.value >= 2n ** 63n || constant.value < -(2n ** 63n)) break
      return { type: 'int', value: constant.value }
    case 'uint64Value':
      if (constant.value >= 2n ** 64n) break
      return { type: 'uint', value: constant.value }
    case 'doubleValue':
      return { type: 'double', value: constant.value }
    case 'stringValue':
      return { type: 'string', value: constant.value }
    case 'bytesValue':
      return { type: 'bytes', value: constant.value }
    default:
      break
  }
  throw refuse('the number is out of range')
}

/** The parser places a member at its dot or at the white space before; its name is meant. */
function placeOf(source: string, parsed: Parsed, expr: Expr): Place {
  const offset = parsed.sourceInfo?.positions[String(expr.id)] ?? 0
  const member = expr.exprKind.case !== 'constExpr'
  const skipped = (member ? /^\s*(\.\s*)?/ : /^\s*/).exec(source.slice(offset))?.[0].length ?? 0
  return placeAt(source, offset + skipped)
}
