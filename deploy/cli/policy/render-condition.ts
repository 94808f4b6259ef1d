import type { ClaimValue } from '../../../shared/domain/claims.ts'
import type { ExplainedCondition, ExplainedNode } from '../../../shared/policy/explained.ts'
import type { Terminal } from '../terminal.ts'

/** Characters of a value that are shown. */
const MOST_SHOWN = 100

/** A condition and its parts, one line each: the value, then the text that came to it. */
export function conditionLines(
  condition: ExplainedCondition,
  terminal: Terminal,
): readonly string[] {
  const { parts, error } = condition
  const lines = nodeLines(parts, 0, terminal)
  // A value that is neither true nor false is no error of a part, but of the whole.
  if (error === undefined || parts.error !== undefined) return lines
  return [terminal.style('yellow', `error (${printable(error)})`), ...lines]
}

/** A value as JSON, cut where it is long; control characters are escaped. */
export function shortJson(value: ClaimValue): string {
  const json = JSON.stringify(value).replaceAll(/\p{C}|[\u2028\u2029]/gu, escaped)
  return json.length > MOST_SHOWN ? `${json.slice(0, MOST_SHOWN)}...` : json
}

function nodeLines(node: ExplainedNode, depth: number, terminal: Terminal): readonly string[] {
  const indent = '  '.repeat(depth)
  return [
    `${indent}${outcomeOf(node, terminal)}  ${printable(node.text)}`,
    ...node.children.flatMap((child) => nodeLines(child, depth + 1, terminal)),
  ]
}

function outcomeOf({ value, error }: ExplainedNode, { style }: Terminal): string {
  if (error !== undefined) return style('yellow', `error (${printable(error)})`)
  const text = shortJson(value ?? null)
  if (value === true) return style('green', text)
  return value === false ? style('red', text) : text
}

function printable(text: string): string {
  return text.replaceAll(/\p{C}|[\u2028\u2029]/gu, escaped)
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return `\\u${code.toString(16).padStart(4, '0')}`
}
