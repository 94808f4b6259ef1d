import type { Bucket, Timeline } from '../../audit/store/store.ts'
import { count, duration, share } from '../format.ts'
import { html, type Html } from '../html.ts'
import { queryOf, type Search } from '../search/search.ts'
import { table } from './blocks.ts'
import { barChart, timeAxis } from './chart.ts'
import { time } from './words.ts'

/** How often each thing happened. */
export type Totals = Pick<Bucket, 'issued' | 'refused' | 'errors' | 'suppressed'>

/** Totals, bars over time, and the same figures as a table. */
export function figures(search: Search, timeline: Timeline, totals: Totals): Html {
  const { issued, refused, errors, suppressed } = totals
  const all = issued + refused + errors + suppressed
  const link = (show: 'issued' | 'refused' | 'errors') => `/events${queryOf({ ...search, show })}`
  return html`<section class="panel" aria-label="Figures">
    <ul class="figures">
      ${figure('issued', 'Issued', link('issued'), issued, all)}
      ${figure('refused', 'Refused', link('refused'), refused + suppressed, all)}
      ${figure('errors', 'Errors', link('errors'), errors, all)}
    </ul>
    <div class="body">${charts(timeline)} ${bucketTable(timeline)}</div>
  </section>`
}

function figure(tone: string, name: string, link: string, number: number, all: number): Html {
  return html`<li class="${tone}">
    <a href="${link}">${name}</a> <b>${count(number)}</b>
    <span class="muted">${share(number, all)} of requests</span>
  </li>`
}

function charts({ buckets, bucketLength }: Timeline): Html {
  const per = `per ${duration(bucketLength / 1000)}`
  const begin = buckets[0]?.start ?? 0
  return html`${barChart({
    title: `Issued ${per}`,
    rows: buckets,
    start: startOf,
    layers: [{ name: 'issued', tone: 'issued', value: (bucket) => bucket.issued }],
  })}
  ${barChart({
    title: `Refused and errors ${per}`,
    rows: buckets,
    start: startOf,
    layers: [
      { name: 'refused', tone: 'refused', value: (bucket) => bucket.refused },
      { name: 'counted only', tone: 'suppressed', value: (bucket) => bucket.suppressed },
      { name: 'errors', tone: 'errors', value: (bucket) => bucket.errors },
    ],
  })}
  ${timeAxis(begin, begin + bucketLength * buckets.length)}`
}

function startOf({ start }: Bucket): number {
  return start
}

function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`
}

/** The figures behind the bars; stretches of time without any are left out. */
function bucketTable({ buckets, bucketLength }: Timeline): Html {
  const busy = buckets.filter(
    ({ issued, refused, errors, suppressed }) => issued + refused + errors + suppressed > 0,
  )
  const within = ({ start }: Bucket) => {
    return queryOf({ from: minute(start), to: minute(start + bucketLength) })
  }
  return html`<details class="behind">
    <summary>The same figures as a table</summary>
    ${table(
      'Figures over time',
      [
        {
          head: 'From (UTC)',
          cell: (bucket) => html`<a href="/events${within(bucket)}">${time(bucket.start)}</a>`,
        },
        { head: 'Issued', kind: 'figure', cell: ({ issued }) => count(issued) },
        { head: 'Refused', kind: 'figure', cell: ({ refused }) => count(refused) },
        { head: 'Counted only', kind: 'figure', cell: ({ suppressed }) => count(suppressed) },
        { head: 'Errors', kind: 'figure', cell: ({ errors }) => count(errors) },
      ],
      busy,
    )}
  </details>`
}
