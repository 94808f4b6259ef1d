const TEXT = Symbol('markup')

/** Markup that may go into a page as it is: only `html` makes it. */
export interface Html {
  readonly [TEXT]: string
}

/** What a template takes: text is escaped, markup is not, lists are joined, nothing shows nothing. */
export type Content = Html | string | number | false | null | undefined | readonly Content[]

/**
 * A piece of a page. Every value is escaped for element content and for quoted attributes; markup
 * comes only from the template itself and from other templates. Attribute values must be quoted.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  const texts = parts.map(
    (part, index) => part + textOf(index < values.length ? values[index] : ''),
  )
  return { [TEXT]: texts.join('') }
}

/** The text of a finished page. */
export function markup(page: Html): string {
  return page[TEXT]
}

function textOf(content: Content): string {
  if (content === undefined || content === null || content === false) return ''
  if (typeof content === 'string') return escape(content)
  if (typeof content === 'number') return String(content)
  if (isHtml(content)) return content[TEXT]
  return content.map(textOf).join('')
}

function isHtml(content: Html | readonly Content[]): content is Html {
  return TEXT in content
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/**
 * Controls except tab and line feed, direction marks and overrides, zero-width and ignorable
 * characters, line and paragraph separators: whoever wrote a claim must not be able to make a row look
 * like another.
 */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Text for a page: markup characters as entities, characters that nobody sees as `\u` escapes. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '')
    .replace(UNSEEN, (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16)
      return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
    })
}
