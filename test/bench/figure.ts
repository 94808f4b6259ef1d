/** One measured figure and what it may be at most. */
export interface Figure {
  readonly name: string
  /** What was measured, in the figure's unit. */
  readonly measured: string
  /** A ratio or a time that is compared with `atMost`. */
  readonly value: number
  readonly atMost: number
}

/** Whether a figure keeps to its limit; one that is no number does not. */
export function holds({ value, atMost }: Figure): boolean {
  return value <= atMost
}

/** A table of figures for a terminal; a figure past its limit is marked. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    figure.measured,
    figure.value.toFixed(2),
    figure.atMost.toFixed(2),
    holds(figure) ? 'ok' : 'EXCEEDED',
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
