import { parse } from '@bufbuild/cel'
import { checkTokens } from './tokens.ts'
import type { Expr, Parsed } from './engine-syntax.ts'
import { ExpressionError } from './expression.ts'
import { placeAt } from './place.ts'

/** Parses an expression of at most `maxLength` characters; throws `ExpressionError` with a place. */
export function parseExpression(
  source: string,
  maxLength: number,
): { readonly parsed: Parsed; readonly expr: Expr } {
  const { length } = Array.from(source)
  if (length > maxLength) {
    throw new ExpressionError(`${length} characters, at most ${maxLength} are allowed`, 1, 1)
  }
  if (source.trim() === '') throw new ExpressionError('there is no expression', 1, 1)
  checkTokens(source)
  const parsed = parseText(source)
  if (parsed.expr === undefined) throw new ExpressionError('there is no expression', 1, 1)
  return { parsed, expr: parsed.expr }
}

function parseText(source: string): Parsed {
  try {
    // The engine wants a line break after a comment; places do not move.
    return parse(`${source}\n`)
  } catch (error) {
    const offset = offsetOf(error)
    const { line, column } = placeAt(source, Math.min(offset, source.length))
    throw new ExpressionError(messageAt(source.slice(offset)), line, column)
  }
}

/** What authors write who come from other languages. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['=', '=='],
  ['===', '=='],
  ['!==', '!='],
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['&', '&&'],
  ['|', '||'],
])

function messageAt(rest: string): string {
  const token = /^\s*(\w+|[=!<>&|]+|\S)/.exec(rest)?.[1]
  if (token === undefined) return 'syntax error at the end'
  const meant = MEANT.get(token)
  const hint = meant === undefined ? '' : `, did you mean \`${meant}\`?`
  return `syntax error at \`${token}\`${hint}`
}

/** Where the engine's parser stopped. */
function offsetOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('location' in error)) return 0
  const { location } = error
  if (typeof location !== 'object' || location === null || !('start' in location)) return 0
  const { start } = location
  if (typeof start !== 'object' || start === null || !('offset' in start)) return 0
  return typeof start.offset === 'number' ? start.offset : 0
}
