import { canonical } from '../../canonical.ts'

/**
 * The line of a record, byte for byte as it was written, from the JSON of its row: the table holds
 * NULL or an empty list for each member that a record leaves out, and a record holds neither. Throws
 * `SyntaxError` where the text is not JSON.
 */
export function lineOf(row: string): string {
  return canonical(filled(JSON.parse(row)) ?? {})
}

/** The value without its empty parts; undefined where nothing is left. */
function filled(value: unknown): unknown {
  if (value === null) return undefined
  if (Array.isArray(value)) {
    const members = value.map(filled).filter((member) => member !== undefined)
    return members.length === 0 ? undefined : members
  }
  if (typeof value !== 'object') return value
  const members = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const kept = filled(member)
    return kept === undefined ? [] : [[name, kept]]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}
