import type { Result } from './bench.ts'

/** One line about a fault that is over, and one for each of its problems. */
export function lineOf({ fault, problems, figures, requests, seconds }: Result): string {
  const held = problems.length === 0 ? 'ok  ' : 'FAIL'
  const told = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  const facts = [`${requests} requests`, `${seconds.toFixed(1)} s`, ...told].join(', ')
  return [`${held} ${fault.name}: ${facts}`, ...indented(problems)].join('\n')
}

function indented(problems: readonly string[]): readonly string[] {
  return problems.map((one) => `     ${one}`)
}

/**
 * The closing table, what did not hold beneath its fault, and, as its last line, how many faults were
 * survived.
 */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map(({ fault, problems, requests, seconds }) => [
    problems.length === 0 ? 'ok' : 'FAIL',
    fault.name,
    String(requests),
    seconds.toFixed(1),
    fault.promise,
  ])
  const head = ['', 'fault', 'requests', 'seconds', 'promise']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const numeric = new Set([2, 3])
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return numeric.has(column) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const lines = rows.flatMap((row, index) => [
    format(row),
    ...indented(results[index]?.problems ?? []),
  ])
  const survived = results.filter(({ problems }) => problems.length === 0).length
  return [format(head), ...lines, `faults ${survived}/${results.length}`].join('\n')
}
