import { no } from './verdict.ts'

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** An object of JSON; only own members count. */
export type JsonObject = { readonly [name: string]: Json }

/** How much a document may hold. */
export interface Bounds {
  /** Levels of objects and lists. */
  readonly depth: number
  /** Members of all objects. */
  readonly members: number
  /** Elements of one list. */
  readonly items: number
}

const LEXEME = /\s+|"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gsy

interface Level {
  readonly names: Set<string> | undefined
  items: number
}

/**
 * The JSON object in these bytes, if two readers could not take it for two different ones: the
 * platform's parser says whether it is JSON, a walk over its lexemes whether it is plain enough.
 */
export function strictObject(bytes: Uint8Array, bounds: Bounds): JsonObject {
  const text = utf8(bytes)
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return no('not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) no('not an object')
  walk(text, bounds)
  return value as JsonObject
}

/** The text of bytes that are UTF-8, a byte order mark kept. */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return no('not UTF-8')
  }
}

/** `text` is known to be JSON. */
function walk(text: string, bounds: Bounds): void {
  const open: Level[] = []
  let members = 0
  const lexemes = (text.match(LEXEME) ?? []).filter((lexeme) => lexeme.trim() !== '')
  for (const [at, lexeme] of lexemes.entries()) {
    const level = open.at(-1)
    if (lexeme === '{' || lexeme === '[') {
      open.push({ names: lexeme === '{' ? new Set() : undefined, items: 0 })
      if (open.length > bounds.depth) no('too deep')
      if (lexeme === '[' && lexemes[at + 1] !== ']')
        open[open.length - 1] = { names: undefined, items: 1 }
    } else if (lexeme === '}' || lexeme === ']') {
      if (level?.names === undefined && (level?.items ?? 0) > bounds.items) no('too long a list')
      open.pop()
    } else if (lexeme === ',') {
      if (level !== undefined) level.items += 1
    } else if (lexeme.startsWith('"')) {
      const said = JSON.parse(lexeme) as string
      if (!said.isWellFormed()) no('half a character')
      if (lexemes[at + 1] !== ':') continue
      members += 1
      if (members > bounds.members) no('too many members')
      if (['__proto__', 'constructor', 'prototype'].includes(said)) no('a reserved name')
      if (level?.names?.has(said) === true) no('a name twice')
      level?.names?.add(said)
    } else if (/^[-0-9]/.test(lexeme)) {
      if (Math.abs(Number(lexeme)) > 9_007_199_254_740_991) no('too large a number')
    }
  }
}
