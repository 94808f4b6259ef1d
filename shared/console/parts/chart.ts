import { count, moment } from '../format.ts'
import { html, type Html } from '../html.ts'

/** One kind of figure, stacked on those before it. */
export interface Layer<Row> {
  readonly name: string
  /** The class that gives it its colour. */
  readonly tone: 'issued' | 'refused' | 'errors' | 'suppressed'
  readonly value: (row: Row) => number
}

/** Bars over time. */
export interface Chart<Row> {
  readonly title: string
  readonly rows: readonly Row[]
  readonly layers: readonly Layer<Row>[]
  /** Milliseconds since the epoch. */
  readonly start: (row: Row) => number
}

const HEIGHT = 100
const SLOT = 10
const BAR = 8

/**
 * Stacked bars as a picture that stretches to its place; the words stand beside it, so that they
 * never stretch. The same figures must stand in a table, for whoever cannot see it.
 */
export function barChart<Row>({ title, rows, layers, start }: Chart<Row>): Html {
  const total = (row: Row) => layers.reduce((sum, { value }) => sum + value(row), 0)
  const peak = Math.max(1, ...rows.map(total))
  const bars = rows.flatMap((row, index) => {
    let top = HEIGHT
    return layers.map(({ name, tone, value }) => {
      const height = (value(row) / peak) * HEIGHT
      top -= height
      return height === 0
        ? undefined
        : html`<rect
            class="${tone}"
            x="${index * SLOT + (SLOT - BAR) / 2}"
            y="${top.toFixed(2)}"
            width="${BAR}"
            height="${height.toFixed(2)}"
            ><title>${moment(start(row))}: ${count(value(row))} ${name}</title></rect
          >`
    })
  })
  return html`<figure class="chart">
    <figcaption>
      <span>${title}</span>
      <span class="muted">peak ${count(Math.max(0, ...rows.map(total)))}</span>
    </figcaption>
    <svg
      viewBox="0 0 ${rows.length * SLOT} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${title}: ${spoken(rows, layers)}"
    >
      <path class="grid" d="M0 .5H${rows.length * SLOT}M0 ${HEIGHT / 2}H${rows.length * SLOT}" />
      ${bars}
    </svg>
  </figure>`
}

function spoken<Row>(rows: readonly Row[], layers: readonly Layer<Row>[]): string {
  return layers
    .map(({ name, value }) => `${count(rows.reduce((sum, row) => sum + value(row), 0))} ${name}`)
    .join(', ')
}

const TICKS = 6

/** The moments under a chart, evenly apart; `end` closes the last bucket. */
export function timeAxis(begin: number, end: number): Html {
  const days = (end - begin) / 86_400_000
  const [from, to] = days > 10 ? [5, 10] : days > 2 ? [5, 16] : [11, 16]
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => {
    const text = moment(begin + ((end - begin) * index) / TICKS)
    return html`<span>${text.slice(from, to)}</span>`
  })
  return html`<div class="axis" aria-hidden="true">${ticks}</div>`
}
