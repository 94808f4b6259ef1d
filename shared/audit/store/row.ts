import { COLUMNS } from './columns.ts'

/** The values of one event, in the order of the columns; lists as JSON text, truth as 0 or 1. */
export type Row = readonly (string | number | null)[]

/** The row of a record, given as its line. Throws `SyntaxError` where that is not JSON. */
export function rowOf(line: string): Row {
  const record: unknown = JSON.parse(line)
  return COLUMNS.map(({ path, strip }) => {
    const value = valueAt(record, path)
    return typeof value === 'string' ? value.slice(strip.length) : value
  })
}

function valueAt(record: unknown, path: readonly string[]): string | number | null {
  let value = record
  for (const member of path) {
    if (typeof value !== 'object' || value === null) return null
    value = (value as Readonly<Record<string, unknown>>)[member]
  }
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value)
}

const POSITIONS = new Map(COLUMNS.map(({ name }, position) => [name, position]))

/** One value of a row. Throws `Error` for a name that is no column. */
export function column(row: Row, name: string): string | number | null {
  const position = POSITIONS.get(name)
  if (position === undefined) throw new Error(`there is no column ${name}`)
  return row[position] ?? null
}
