import { isAlias, isMap, isPair, isScalar, isSeq, type Alias, type Node, type YAMLMap } from 'yaml'

/** Values that aliases may add in all: a few shared lists, never an alias bomb. */
export const MAX_ALIASED_VALUES = 10_000
/** Levels of nesting; the deepest claim that a test may hold is 32 levels down. */
export const MAX_DEPTH = 64

/** Receives what is wrong and the offset of the character where it is. */
export type Complain = (offset: number, message: string) => void

/** The plain value of a YAML node, and which node each alias stands for. */
export interface PlainValue {
  readonly value: unknown
  readonly aliases: ReadonlyMap<Alias, Node>
}

interface Walk {
  readonly complain: Complain
  readonly anchors: Map<string, Node>
  readonly aliases: Map<Alias, Node>
  aliasedValues: number
  insideAlias: number
}

/**
 * Turns nodes into objects without prototype, lists, strings, numbers, booleans and null. Complains
 * about everything that YAML allows and a policy does not: keys that are not strings, keys twice,
 * tags, numbers that a double cannot hold, deep nesting, aliases without measure.
 */
export function plainValue(contents: Node | null, complain: Complain): PlainValue {
  const aliases = new Map<Alias, Node>()
  const walk: Walk = {
    complain,
    anchors: new Map(),
    aliases,
    aliasedValues: 0,
    insideAlias: 0,
  }
  return { value: valueOf(contents, walk, 0), aliases }
}

/** The offset at which a node begins. */
export function startOf(node: unknown): number {
  const { range } = (node ?? {}) as { range?: readonly number[] | null }
  return range?.[0] ?? 0
}

function valueOf(node: unknown, walk: Walk, depth: number): unknown {
  if (walk.insideAlias > 0) walk.aliasedValues += 1
  if (walk.aliasedValues > MAX_ALIASED_VALUES) return null
  if (depth > MAX_DEPTH) {
    walk.complain(startOf(node), `nesting is deeper than ${MAX_DEPTH} levels`)
    return null
  }
  if (isAlias(node)) return aliasedValue(node, walk, depth)
  const { anchor, tag } = (node ?? {}) as { anchor?: string; tag?: string }
  if (anchor !== undefined) walk.anchors.set(anchor, node as Node)
  if (tag !== undefined) walk.complain(startOf(node), `tags such as ${tag} are not supported`)
  if (isMap(node)) return mapValue(node, walk, depth)
  if (isSeq(node)) return node.items.map((item) => valueOf(item, walk, depth + 1))
  return isScalar(node) ? scalarValue(node.value, startOf(node), walk) : null
}

function aliasedValue(alias: Alias, walk: Walk, depth: number): unknown {
  const target = walk.anchors.get(alias.source)
  if (target === undefined) {
    walk.complain(startOf(alias), `alias *${alias.source} has no anchor before it`)
    return null
  }
  walk.aliases.set(alias, target)
  const exhausted = walk.aliasedValues > MAX_ALIASED_VALUES
  walk.insideAlias += 1
  const value = valueOf(target, walk, depth + 1)
  walk.insideAlias -= 1
  if (!exhausted && walk.aliasedValues > MAX_ALIASED_VALUES && walk.insideAlias === 0)
    walk.complain(startOf(alias), `aliases add more than ${MAX_ALIASED_VALUES} values`)
  return value
}

function mapValue(map: YAMLMap, walk: Walk, depth: number): Record<string, unknown> {
  const value = Object.create(null) as Record<string, unknown>
  for (const pair of map.items) {
    if (!isPair(pair)) continue
    const key = isScalar(pair.key) ? pair.key.value : undefined
    if (typeof key !== 'string') {
      walk.complain(startOf(pair.key), keyMessage(pair.key))
    } else if (key === '<<') {
      walk.complain(startOf(pair.key), 'merge keys (<<) are not supported')
    } else if (key === '__proto__') {
      walk.complain(startOf(pair.key), 'the key "__proto__" is not allowed')
    } else if (Object.hasOwn(value, key)) {
      walk.complain(startOf(pair.key), `the key "${key}" is there twice`)
    } else value[key] = valueOf(pair.value, walk, depth + 1)
  }
  return value
}

function keyMessage(key: unknown): string {
  const written = isScalar(key) ? (key.source ?? '') : '[...]'
  return written === '' ? 'a key is missing' : `keys must be strings: put ${written} in quotes`
}

function scalarValue(value: unknown, offset: number, walk: Walk): unknown {
  if (typeof value !== 'number') return value
  if (!Number.isFinite(value)) walk.complain(offset, 'the number is not finite')
  else if (Number.isInteger(value) && !Number.isSafeInteger(value))
    walk.complain(offset, 'the number is too large to be exact: put it in quotes')
  return value
}
