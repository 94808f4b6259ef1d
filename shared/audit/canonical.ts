/**
 * The canonical text of a record: keys sorted by code unit, no white space, numbers and strings as
 * ECMAScript writes them (RFC 8785), and besides every character escaped that could break a line,
 * colour a terminal or turn the direction of text. The chain hashes these bytes, so a record can be
 * verified from its line as it stands, or from any store that gives the JSON value back.
 */
export function canonical(value: unknown): string {
  return escapeInvisible(JSON.stringify(sorted(value)))
}

// DEL and C1 controls, zero-width and direction marks, line and paragraph separators, the byte order mark.
const INVISIBLE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** JSON text with every invisible character as a `\u` escape; the value stays the same. */
export function escapeInvisible(json: string): string {
  return json.replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]),
  )
}
