import type { SyntaxNode } from '../../cel/compile.ts'
import { pathOf } from './paths.ts'

/** What a true condition proves: the values that each path can have, as spelt texts. */
export type Demands = ReadonlyMap<string, ReadonlySet<string>>

/**
 * The values to which a condition holds claims and attributes: by `==` and by `in` a list. What is
 * joined by `&&` adds up; of `||` only what every side demands remains.
 */
export function demandsOf(node: SyntaxNode): Demands {
  if (node.kind !== 'operator') return new Map()
  const { args } = node
  switch (node.name) {
    case '&&':
      return args.map(demandsOf).reduce(both, new Map())
    case '||': {
      const [first = new Map(), ...others] = args.map(demandsOf)
      return others.reduce(either, first)
    }
    case '==': {
      const [left, right] = args
      return left && right ? (equals(left, right) ?? equals(right, left) ?? new Map()) : new Map()
    }
    case 'in': {
      const [value, list] = args
      const path = value && pathOf(value)
      const texts = list?.kind === 'list' ? list.elements.map(textOf) : []
      if (path === undefined || texts.length === 0 || texts.includes(undefined)) return new Map()
      return new Map([[path.join('.'), new Set(texts.map((text) => text ?? ''))]])
    }
    default:
      return new Map()
  }
}

/** Both demands at once: what they have in common must hold for both. */
export function both(left: Demands, right: Demands): Demands {
  const joined = new Map(left)
  for (const [path, values] of right) {
    const known = joined.get(path)
    joined.set(path, known === undefined ? values : known.intersection(values))
  }
  return joined
}

function either(left: Demands, right: Demands): Demands {
  const joined = new Map<string, ReadonlySet<string>>()
  for (const [path, values] of left) {
    const other = right.get(path)
    if (other !== undefined) joined.set(path, values.union(other))
  }
  return joined
}

function equals(path: SyntaxNode, constant: SyntaxNode): Demands | undefined {
  const names = pathOf(path)
  const text = textOf(constant)
  return names && text !== undefined ? new Map([[names.join('.'), new Set([text])]]) : undefined
}

/** A constant with its type: the number 1 is not the string '1'. */
function textOf(node: SyntaxNode): string | undefined {
  if (node.kind !== 'const' || node.type === 'bytes') return undefined
  const numeric = ['int', 'uint', 'double'].includes(node.type)
  return numeric ? `number ${String(node.value)}` : `${node.type} ${String(node.value)}`
}
