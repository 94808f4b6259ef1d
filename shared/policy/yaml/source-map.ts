import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Alias, Node, Pair, YAMLMap } from 'yaml'
import type { Position } from '../problem.ts'
import { expressionOffset } from './expression-offset.ts'
import { startOf } from './values.ts'

/** Keys and indexes from the top of a document down to a value. */
export type Path = readonly PropertyKey[]

/** Where the values of one file stand in its text. */
export interface SourceMap {
  readonly file: string
  /** The value at `path`; where the path leaves the file, the last value that is there. */
  value(path: Path): Position
  /** The key that ends `path`. */
  key(path: Path): Position
  /**
   * A place within the string at `path`, `at` counted from 1:1 of the string: exact in plain,
   * quoted and block scalars where their lines can be told apart, else the scalar's start.
   */
  within(path: Path, at: Position): Position
  /** The text of a line, counted from 1; empty where there is none. */
  line(number: number): string
  /** How many lines the text has. */
  lineCount(): number
}

/** Builds the map of one parsed file; looking up is lazy, for only problems need positions. */
export function sourceMap(
  file: string,
  text: string,
  contents: Node | null,
  aliases: ReadonlyMap<Alias, Node>,
): SourceMap {
  const position = positionsIn(text)
  const find = finderIn(contents, aliases)
  let split: readonly string[] | undefined
  const lines = () => (split ??= text.split(/\r?\n/))
  return {
    file,
    line: (number) => lines()[number - 1] ?? '',
    lineCount: () => lines().length,
    value(path) {
      const found = find(path)
      return position(startOf(isEmptyScalar(found.node) ? found.key : found.node))
    },
    key(path) {
      const found = find(path)
      return position(startOf(found.whole ? found.key : found.node))
    },
    within(path, at) {
      const { node, whole } = find(path)
      const start = startOf(node)
      if (!whole || !isScalar(node)) return position(start)
      return position(expressionOffset(text, node, at) ?? start)
    },
  }
}

/** Turns offsets of a text into lines and columns; the lines are counted at the first use. */
export function positionsIn(text: string): (offset: number) => Position {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1))
    starts.push(end + 1)
  return starts
}

interface Found {
  readonly node: unknown
  /** The key that led to the node; the node itself within a list. */
  readonly key: unknown
  /** Whether the whole path was there. */
  readonly whole: boolean
}

/** Follows paths; the pairs of a mapping are indexed when the first path leads through it. */
function finderIn(contents: Node | null, aliases: ReadonlyMap<Alias, Node>): (path: Path) => Found {
  const indexes = new Map<YAMLMap, ReadonlyMap<unknown, Pair>>()
  const pairsOf = (map: YAMLMap): ReadonlyMap<unknown, Pair> => {
    const index = indexes.get(map) ?? indexOf(map)
    indexes.set(map, index)
    return index
  }
  return (path) => {
    let node: unknown = contents
    let key: unknown = contents
    for (const step of path) {
      if (isAlias(node)) node = aliases.get(node)
      if (isMap(node)) {
        const pair = pairsOf(node).get(step)
        if (pair === undefined) return { node, key: node, whole: false }
        key = pair.key
        node = pair.value ?? pair.key
      } else if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
        node = node.items[step]
        key = node
      } else return { node, key, whole: false }
    }
    return { node, key, whole: true }
  }
}

function indexOf(map: YAMLMap): ReadonlyMap<unknown, Pair> {
  const index = new Map<unknown, Pair>()
  for (const pair of map.items) if (isScalar(pair.key)) index.set(pair.key.value, pair)
  return index
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === ''
}
