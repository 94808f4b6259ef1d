/** What a spreadsheet takes for a formula, or strips before it looks for one (OWASP, CSV Injection). */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/

/**
 * One record of a CSV file (RFC 4180), line end included. A cell that a spreadsheet would run gets an
 * apostrophe in front; numbers are ours and stay as they are.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
