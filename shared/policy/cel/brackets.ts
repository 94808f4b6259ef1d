import { ExpressionError } from './expression.ts'
import { placeAt } from './place.ts'

/** Brackets within brackets: the parser is recursive and its stack is not endless. */
const MAX_BRACKETS = 64

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** A comment, a text with its prefix and quotes, a text that does not end, or a bracket. */
const TOKEN = /\/\/[^\n]*|([rRbB]{0,2})("""|'''|"|')|[()[\]{}]/g

/**
 * Looks at brackets and texts before the parser does, because it cannot say where one was left open.
 * Throws `ExpressionError`.
 */
export function checkBrackets(source: string): void {
  const open: { readonly bracket: string; readonly offset: number }[] = []
  const tokens = new RegExp(TOKEN)
  for (let token = tokens.exec(source); token !== null; token = tokens.exec(source)) {
    const [text, prefix = '', quote] = token
    if (quote !== undefined) {
      const end = endOfText(source, tokens.lastIndex, quote, /r/i.test(prefix))
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

/** The offset after the closing quote; a text in single quotation marks ends before its line does. */
function endOfText(source: string, from: number, quote: string, raw: boolean): number | undefined {
  for (let offset = from; offset < source.length; offset += 1) {
    if (source.startsWith(quote, offset)) return offset + quote.length
    if (source[offset] === '\\' && !raw) offset += 1
    else if (source[offset] === '\n' && quote.length === 1) return undefined
  }
  return undefined
}

function errorAt(source: string, offset: number, message: string): ExpressionError {
  const { line, column } = placeAt(source, offset)
  return new ExpressionError(message, line, column)
}
