/** One measured figure and what it may be at most. */
export interface Figure {
  readonly name: string
  /** What was measured, in the figure's unit. */
  readonly measured: string
  /** A ratio or a time that is compared with `atMost`. */
  readonly value: number
  readonly atMost: number
}

/** A table of figures for a terminal; a figure past its limit is marked. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, measured, value, atMost }) => [
    name,
    measured,
    value.toFixed(2),
    atMost.toFixed(2),
    value <= atMost ? 'ok' : 'EXCEEDED',
  ])
  const head = ['figure', 'measured', 'value', 'at most', '']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
