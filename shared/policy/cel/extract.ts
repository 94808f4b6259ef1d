/** What stands before and after the one `{name}` of a template. */
export interface Template {
  readonly prefix: string
  readonly suffix: string
}

/** Parses a template of `extract`: one `{name}` with a name in it. Throws where it is not one. */
export function parseTemplate(template: string): Template {
  const [prefix, name, suffix] = template.split(/[{}]/)
  const wellFormed = /^[^{}]*\{[^{}]*\}[^{}]*$/.test(template)
  if (!wellFormed || name === undefined || prefix === undefined || suffix === undefined) {
    throw new Error('a template holds exactly one {name}')
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`{${name}} in a template is not a name`)
  return { prefix, suffix }
}

/**
 * Google's `extract`: what follows the first prefix, up to the first suffix after it; a miss gives
 * the empty string (conditions attribute reference of IAM).
 */
export function extract(text: string, { prefix, suffix }: Template): string {
  const found = text.indexOf(prefix)
  if (found === -1) return ''
  const start = found + prefix.length
  if (suffix === '') return text.slice(start)
  const end = text.indexOf(suffix, start)
  return end === -1 ? '' : text.slice(start, end)
}
