import { typeOfCall } from './call-types.ts'
import type { Variable } from './expression.ts'
import { typeOfOperator } from './operator-types.ts'
import type { Pattern } from './patterns.ts'
import { refuse } from './refuse.ts'
import { TYPE_NAMES } from './signatures.ts'
import type { SyntaxNode } from './syntax.ts'
import { BOOL, DYN, joined, listOf, mapOf, mayBe, nameOf, STRING, TYPE } from './types.ts'
import type { Type } from './types.ts'

/** The variables of Google's expressions; every claim may be anything. */
const VARIABLES: Readonly<Record<Variable, Type>> = {
  assertion: mapOf(DYN),
  google: mapOf(DYN),
  attribute: mapOf(STRING),
}

const GOOGLE_FIELDS: ReadonlyMap<string, Type> = new Map([
  ['subject', STRING],
  ['groups', listOf(STRING)],
])

/**
 * The type of an expression. Refuses what could never be evaluated: unknown names and functions,
 * wrong arity, types that do not fit, patterns and templates that are no literals. Compiles its
 * patterns into `patterns`. Throws `ExpressionError`.
 */
export function check(
  root: SyntaxNode,
  variables: readonly Variable[],
  patterns: Map<string, Pattern>,
): Type {
  const typeOf = (node: SyntaxNode, locals: ReadonlyMap<string, Type>): Type => {
    const within = (inner: SyntaxNode): Type => typeOf(inner, locals)
    switch (node.kind) {
      case 'const':
        return { kind: node.type }
      case 'ident':
        return typeOfName(node, locals, variables)
      case 'select':
        return typeOfField(node, node.operand, within(node.operand), node.field)
      case 'has':
        typeOfField(node, node.operand, within(node.operand), node.field)
        return BOOL
      case 'call': {
        const target = node.target === undefined ? undefined : within(node.target)
        return typeOfCall(node, target, node.args.map(within), patterns)
      }
      case 'operator': {
        const types = node.args.map(within)
        const [container, key] = node.args
        if (node.name === '[]' && container !== undefined && key?.kind === 'const') {
          if (key.type === 'string') {
            return typeOfField(node, container, types[0] ?? DYN, key.value)
          }
        }
        return typeOfOperator(node, types)
      }
      case 'list':
        return listOf(joined(node.elements.map(within)))
      case 'map':
        for (const { key } of node.entries) checkKey(key, within(key))
        return mapOf(joined(node.entries.map(({ value }) => within(value))))
      case 'macro':
        return typeOfMacro(node, within(node.range), (inner, variable) =>
          typeOf(inner, new Map([...locals, [node.variable, variable]])),
        )
    }
  }
  return typeOf(root, new Map())
}

type Of<Kind extends SyntaxNode['kind']> = Extract<SyntaxNode, { kind: Kind }>

function isVariable(name: string): name is Variable {
  return Object.hasOwn(VARIABLES, name)
}

function typeOfName(
  node: Of<'ident'>,
  locals: ReadonlyMap<string, Type>,
  variables: readonly Variable[],
): Type {
  const local = locals.get(node.name)
  if (local !== undefined) return local
  if (isVariable(node.name)) {
    if (variables.includes(node.name)) return VARIABLES[node.name]
    throw refuse(node, `\`${node.name}\` cannot be read here`)
  }
  if (TYPE_NAMES.has(node.name)) return TYPE
  throw refuse(node, `unknown name \`${node.name}\``)
}

/** The type of `operand.field` and of `operand['field']`. */
function typeOfField(node: SyntaxNode, operand: SyntaxNode, type: Type, field: string): Type {
  if (operand.kind === 'ident' && operand.name === 'google') {
    const known = GOOGLE_FIELDS.get(field)
    if (known === undefined) throw refuse(node, 'google has only `subject` and `groups`')
    return known
  }
  if (type.kind !== 'dyn' && type.kind !== 'map') {
    throw refuse(node, `${nameOf(type)} has no field \`${field}\``)
  }
  return type.of ?? DYN
}

function checkKey(key: SyntaxNode, type: Type): void {
  if (['dyn', 'string', 'int', 'uint', 'bool'].includes(type.kind)) return
  throw refuse(key, `${nameOf(type)} is not a key of a map`)
}

function typeOfMacro(
  node: Of<'macro'>,
  range: Type,
  typeWithin: (inner: SyntaxNode, variable: Type) => Type,
): Type {
  if (isVariable(node.variable) || TYPE_NAMES.has(node.variable)) {
    throw refuse(node, `the variable \`${node.variable}\` of \`${node.name}\` hides another name`)
  }
  if (!['dyn', 'list', 'map'].includes(range.kind)) {
    throw refuse(node, `\`${node.name}\` needs a list or a map, this is ${nameOf(range)}`)
  }
  const element = range.kind === 'list' ? (range.of ?? DYN) : DYN
  const types = node.body.map((inner) => typeWithin(inner, element))
  const conditions = node.name === 'map' ? node.body.length - 1 : node.body.length
  for (const [index, inner] of node.body.slice(0, conditions).entries()) {
    const type = types[index] ?? DYN
    if (!mayBe(type, BOOL)) {
      throw refuse(inner, `\`${node.name}\` needs a bool, this is ${nameOf(type)}`)
    }
  }
  if (node.name === 'map') return listOf(types.at(-1) ?? DYN)
  return node.name === 'filter' ? listOf(element) : BOOL
}
