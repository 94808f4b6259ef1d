/** What a spreadsheet takes for a formula, or strips before it looks for one (OWASP, CSV Injection). */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/

/**
 * The same behind what parts cells or rows where commas do not: a spreadsheet that goes by semicolons
 * or tabs sees no quotation marks in the middle of its cell. It looks back from the sign only: to look
 * ahead from each line feed takes time by the square of their number.
 */
const INNER_FORMULA = /(?=[=+\-@\uff0b\uff0d\uff1d\uff20])(?<=[;\t\r\n]\s*)/g

/**
 * One record of a CSV file (RFC 4180), line end included. What a spreadsheet would run gets an apostrophe
 * in front; numbers are ours and stay as they are.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const inner = value.replace(INNER_FORMULA, "'")
  const safe = FORMULA.test(inner) ? `'${inner}` : inner
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
