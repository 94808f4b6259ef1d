import { ExpressionError } from './expression.ts'
import { placeAt } from './place.ts'

/** Brackets within brackets: the parser is recursive and its stack is not endless. */
const MAX_BRACKETS = 64

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** A comment, the opening quotes of a text with its prefix, or a bracket. */
const TOKEN = /\/\/[^\n]*|([rRbB]{0,2})("""|'''|"|')|[()[\]{}]/g

/** The escapes of the language; the engine would keep the backslash of any other. */
const ESCAPE = /\\([abfnrtv\\?"'`]|[xX][\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|[0-3][0-7]{2})/y

/**
 * Looks at brackets and texts before the parser does: it cannot say where one was left open, and it
 * takes escapes that do not exist. Throws `ExpressionError`.
 */
export function checkTokens(source: string): void {
  const open: { readonly bracket: string; readonly offset: number }[] = []
  const tokens = new RegExp(TOKEN)
  for (let token = tokens.exec(source); token !== null; token = tokens.exec(source)) {
    const [text, prefix = '', quote] = token
    if (quote !== undefined) {
      const raw = /r/i.test(prefix)
      const end = endOfText(source, tokens.lastIndex, quote, raw)
      if (end === undefined) throw errorAt(source, token.index, 'the text is not closed')
      tokens.lastIndex = end
    } else if (text in CLOSING) {
      open.push({ bracket: text, offset: token.index })
      if (open.length > MAX_BRACKETS) throw errorAt(source, token.index, 'nested too deeply')
    } else if (!text.startsWith('/')) {
      const last = open.pop()
      if (last === undefined || CLOSING[last.bracket] !== text) {
        throw errorAt(source, token.index, `\`${text}\` closes nothing`)
      }
    }
  }
  const last = open.pop()
  if (last !== undefined) throw errorAt(source, last.offset, `\`${last.bracket}\` is not closed`)
}

/** The offset after the closing quotes; a text between single ones ends before its line does. */
function endOfText(source: string, from: number, quote: string, raw: boolean): number | undefined {
  for (let offset = from; offset < source.length;) {
    if (source.startsWith(quote, offset)) return offset + quote.length
    if (source[offset] === '\n' && quote.length === 1) return undefined
    offset += source[offset] === '\\' && !raw ? lengthOfEscape(source, offset) : 1
  }
  return undefined
}

function lengthOfEscape(source: string, offset: number): number {
  const escape = new RegExp(ESCAPE)
  escape.lastIndex = offset
  const [text] = escape.exec(source) ?? []
  if (text !== undefined) return text.length
  const wrong = source.slice(offset, offset + 2).trimEnd()
  throw errorAt(source, offset, `\`${wrong}\` is no escape, write \`\\${wrong}\` or r'...'`)
}

function errorAt(source: string, offset: number, message: string): ExpressionError {
  const { line, column } = placeAt(source, offset)
  return new ExpressionError(message, line, column)
}
