import { childrenOf, type SyntaxNode } from '../../cel/compile.ts'
import { demandsOf } from './demands.ts'
import { pathOf, presenceOf } from './paths.ts'
import { spell } from './spell.ts'

/** Claims that no verified token is without. */
const ALWAYS_THERE = new Set(['iss', 'sub', 'aud', 'iat', 'exp'])

/** What is known of a condition's tokens before any token is there. */
export interface KnownFacts {
  /** The one issuer of the tokens, if there is one. */
  readonly issuer: string | undefined
  /** The value of an expression that reads nothing, by its id. */
  readonly constants: ReadonlyMap<number, unknown>
}

/**
 * Whether an expression comes to the same answer for every token for which it comes to any: true or
 * false; undefined where it depends.
 */
export function truthOf(node: SyntaxNode, facts: KnownFacts): boolean | undefined {
  const known = node.kind === 'const' ? node.value : facts.constants.get(node.id)
  if (typeof known === 'boolean') return known
  const presence = presenceOf(node)
  if (presence !== undefined) return isAlwaysThere(presence) ? true : undefined
  if (node.kind === 'operator') return truthOfOperator(node.name, node.args, facts)
  if (node.kind === 'call') return matchesEverything(node) ? true : undefined
  if (node.kind !== 'macro') return undefined
  const [body] = node.body.map((inner) => truthOf(inner, facts))
  if (node.name === 'all' && body === true) return true
  return node.name === 'exists' && body === false ? false : undefined
}

function truthOfOperator(
  name: string,
  args: readonly SyntaxNode[],
  facts: KnownFacts,
): boolean | undefined {
  const truths = args.map((one) => truthOf(one, facts))
  switch (name) {
    case '!':
      return truths[0] === undefined ? undefined : !truths[0]
    case '&&':
      if (truths.includes(false) || contradict(args)) return false
      return truths.every((truth) => truth === true) ? true : undefined
    case '||':
      if (truths.includes(true) || exhaust(args)) return true
      return truths.every((truth) => truth === false) ? false : undefined
    case '?:':
      if (truths[0] !== undefined) return truths[0] ? truths[1] : truths[2]
      return truths[1] === truths[2] ? truths[1] : undefined
    case '==':
      return equality(args, facts)
    case '!=': {
      const equal = equality(args, facts)
      return equal === undefined ? undefined : !equal
    }
    default:
      return undefined
  }
}

function equality(args: readonly SyntaxNode[], { issuer }: KnownFacts): boolean | undefined {
  const [left, right] = args
  if (left === undefined || right === undefined) return undefined
  if (left.kind !== 'const' && spell(left) === spell(right)) return true
  const [path, constant] = left.kind === 'const' ? [right, left] : [left, right]
  const name = pathOf(path)?.join('.')
  if (constant.kind !== 'const' || constant.type !== 'string') return undefined
  if (name === 'assertion.iss' && issuer !== undefined) return constant.value === issuer
  // A verified subject is never empty.
  return name === 'assertion.sub' && constant.value === '' ? false : undefined
}

/** `a == 'x' && a == 'y'`, and `a && !a`. */
function contradict(args: readonly SyntaxNode[]): boolean {
  const demands = args.map(demandsOf)
  const clash = demands.some((one, index) =>
    demands
      .slice(index + 1)
      .some((other) => [...one].some(([path, values]) => other.get(path)?.isDisjointFrom(values))),
  )
  return clash || negatesAnother(args)
}

/** `a != 'x' || a != 'y'`, and `a || !a`. */
function exhaust(args: readonly SyntaxNode[]): boolean {
  const excluded = new Map<string, Set<string>>()
  for (const node of args) {
    if (node.kind !== 'operator' || node.name !== '!=') continue
    const [path, values] = [...demandsOf({ ...node, name: '==' })][0] ?? []
    if (path === undefined || values === undefined) continue
    excluded.set(path, values.union(excluded.get(path) ?? new Set()))
  }
  return [...excluded.values()].some((values) => values.size > 1) || negatesAnother(args)
}

function negatesAnother(args: readonly SyntaxNode[]): boolean {
  const spelt = new Set(args.map(spell))
  return args.some((node) => {
    const [operand] = childrenOf(node)
    if (node.kind !== 'operator' || operand === undefined) return false
    if (node.name === '!') return spelt.has(spell(operand))
    return node.name === '==' && spelt.has(spell({ ...node, name: '!=' }))
  })
}

function isAlwaysThere([variable, name, ...further]: readonly string[]): boolean {
  return variable === 'assertion' && further.length === 0 && ALWAYS_THERE.has(name ?? '')
}

/** `x.startsWith('')` and its like: true of every text. */
function matchesEverything(node: Extract<SyntaxNode, { kind: 'call' }>): boolean {
  const [pattern] = node.args
  if (pattern?.kind !== 'const' || pattern.type !== 'string') return false
  if (['startsWith', 'endsWith', 'contains'].includes(node.name)) return pattern.value === ''
  return (
    node.name === 'matches' && /^\^?(?:\.\*)?\$?$/.test(pattern.value) && pattern.value !== '^$'
  )
}
