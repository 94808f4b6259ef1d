import { Scalar } from 'yaml'
import type { Position } from '../problem.ts'

/**
 * The offset in the file of a place within a scalar's value, `at` counted from 1:1 of the value.
 * Undefined where folding makes it uncertain: then the scalar's start has to do.
 */
export function expressionOffset(text: string, node: Scalar, at: Position): number | undefined {
  const [start, end] = node.range ?? [0, 0]
  const raw = text.slice(start, end)
  if (typeof node.value !== 'string') return undefined
  switch (node.type) {
    case Scalar.BLOCK_LITERAL:
      return literal(raw, start, at)
    case Scalar.BLOCK_FOLDED:
      return folded(raw.slice(raw.indexOf('\n') + 1), start + raw.indexOf('\n') + 1, node.value, at)
    case Scalar.QUOTE_DOUBLE:
      return raw.includes('\n') ? undefined : start + doubleQuoted(raw, indexOf(node.value, at))
    case Scalar.QUOTE_SINGLE:
      return raw.includes('\n')
        ? undefined
        : start + singleQuoted(node.value, indexOf(node.value, at))
    default:
      return folded(raw, start, node.value, at)
  }
}

/** A line of a literal block is a line of the value, moved right by the block's indentation. */
function literal(raw: string, start: number, at: Position): number | undefined {
  const lines = raw.split('\n')
  const indent = Math.max(
    0,
    lines
      .slice(1)
      .find((line) => line.trim() !== '')
      ?.search(/\S/) ?? 0,
  )
  if (at.line >= lines.length) return undefined
  const before = lines.slice(0, at.line).reduce((sum, line) => sum + line.length + 1, 0)
  return start + before + indent + at.column - 1
}

/** Lines folded into one: each stands in the value as it is written, trimmed, a space between. */
function folded(raw: string, start: number, value: string, at: Position): number | undefined {
  const lines = raw.split('\n').filter((line, index, all) => index < all.length - 1 || line !== '')
  if (lines.map((line) => line.trim()).join(' ') !== value.trimEnd() || at.line !== 1)
    return undefined
  let index = at.column - 1
  let offset = start
  for (const line of lines) {
    const { length } = line.trim()
    if (index <= length) return offset + Math.max(0, line.search(/\S/)) + index
    index -= length + 1
    offset += line.length + 1
  }
  return undefined
}

/** Each quote of the value is written twice. */
function singleQuoted(value: string, index: number): number {
  return 1 + index + (value.slice(0, index).split("'").length - 1)
}

/** An escape of the text is one or two units of the value. */
function doubleQuoted(raw: string, index: number): number {
  let offset = 1
  for (let unit = 0; unit < index && offset < raw.length - 1; unit += 1) {
    if (raw[offset] !== '\\') offset += 1
    else offset += 2 + (ESCAPE_DIGITS[raw[offset + 1] ?? ''] ?? 0)
  }
  return offset
}

/** Hexadecimal digits that follow `\x`, `\u` and `\U` (YAML 1.2.2 section 5.7). */
const ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** The index in a string of a line and column of it. */
function indexOf(value: string, at: Position): number {
  let lineStart = 0
  for (let line = 1; line < at.line; line += 1) {
    const end = value.indexOf('\n', lineStart)
    if (end === -1) break
    lineStart = end + 1
  }
  return lineStart + at.column - 1
}
