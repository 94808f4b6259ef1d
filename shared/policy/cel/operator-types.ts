import { refuse } from './refuse.ts'
import { OPERATORS } from './signatures.ts'
import type { SyntaxNode } from './syntax.ts'
import { BOOL, DYN, joined, mayBe, mayEqual, nameOf } from './types.ts'
import type { Type } from './types.ts'

type Operator = Extract<SyntaxNode, { kind: 'operator' }>

/** The type of an operator's result; throws `ExpressionError` where it can have none. */
export function typeOfOperator(node: Operator, types: readonly Type[]): Type {
  switch (node.name) {
    case '&&':
    case '||':
      for (const [index, type] of types.entries()) {
        if (!mayBe(type, BOOL)) throw notBool(node.args[index] ?? node, type, node.name)
      }
      return BOOL
    case '?:':
      return typeOfChoice(node, types)
    case '==':
    case '!=':
    case 'in':
      return typeOfComparison(node, types)
    case '[]':
      return typeOfElement(node, types)
    default:
      return typeByTable(node, types)
  }
}

function notBool(node: SyntaxNode, type: Type, operator: string): Error {
  return refuse(node, `\`${operator}\` needs bool, this is ${nameOf(type)}`)
}

function typeOfChoice(node: Operator, types: readonly Type[]): Type {
  const [condition = DYN, ...outcomes] = types
  if (!mayBe(condition, BOOL)) throw notBool(node.args[0] ?? node, condition, '?:')
  return joined(outcomes)
}

function typeOfComparison(node: Operator, types: readonly Type[]): Type {
  const [left = DYN, right = DYN] = types
  if (node.name !== 'in') {
    if (!mayEqual(left, right)) {
      throw refuse(node, `${nameOf(left)} and ${nameOf(right)} are never equal`)
    }
    return BOOL
  }
  if (!['dyn', 'list', 'map'].includes(right.kind)) {
    throw refuse(node, `\`in\` needs a list or a map on its right, this is ${nameOf(right)}`)
  }
  if (right.kind === 'list' && !mayEqual(left, right.of ?? DYN)) {
    throw refuse(node, `${nameOf(left)} is never in a ${nameOf(right)}`)
  }
  return BOOL
}

const MAP_KEYS: readonly string[] = ['dyn', 'string', 'int', 'uint', 'double', 'bool']
const LIST_KEYS: readonly string[] = ['dyn', 'int', 'uint', 'double']

function typeOfElement(node: Operator, types: readonly Type[]): Type {
  const [container = DYN, key = DYN] = types
  if (!['dyn', 'list', 'map'].includes(container.kind)) {
    throw refuse(node, `${nameOf(container)} has no elements`)
  }
  const keys = container.kind === 'list' ? LIST_KEYS : MAP_KEYS
  if (!keys.includes(key.kind)) {
    throw refuse(node, `${nameOf(container)} is not indexed by ${nameOf(key)}`)
  }
  return container.of ?? DYN
}

function typeByTable(node: Operator, types: readonly Type[]): Type {
  const fitting = (OPERATORS.get(node.name) ?? []).filter(
    ({ args }) =>
      args.length === types.length && args.every((wanted, at) => mayBe(types[at] ?? DYN, wanted)),
  )
  if (fitting.length === 0) {
    const given = types.map(nameOf).join(' and ')
    throw refuse(node, `\`${node.name}\` does not work with ${given}`)
  }
  // The elements of joined lists are those of both.
  if (fitting.every(({ result }) => result.kind === 'list')) return joined(types)
  return joined(fitting.map(({ result }) => result))
}
