import type { EventFilter, StoredEvent, Timeline } from '../../audit/store/store.ts'
import { html, type Html } from '../html.ts'
import { count, share } from '../format.ts'
import type { Page } from '../layout.ts'
import { empty, panel, table } from '../parts/blocks.ts'
import { refusalTable } from '../parts/event-table.ts'
import { questions } from '../parts/questions.ts'
import { searchChips } from '../parts/search-chips.ts'
import { figures, type Totals } from '../parts/timeline-figures.ts'
import { meaningOf } from '../reasons.ts'
import { queryOf, readSearch, termsOf, timeOf, type Search } from '../search/search.ts'
import type { Asked, Sources } from '../sources.ts'

/** What the timeline shows. */
export interface TimelineView {
  readonly search: Search
  readonly timeline: Timeline
  readonly totals: Totals
  /** Why requests were refused, the most frequent reason first. */
  readonly reasons: readonly ReasonCount[]
  /** The latest refusals in the same stretch of time. */
  readonly latest: readonly StoredEvent[]
}

interface ReasonCount {
  readonly reason: string
  readonly count: number
  readonly meaning: string
}

const BUCKETS = 96
const LATEST = 8

/** Reads the timeline: the last day where the address names no time. Throws `Refusal` `request`. */
export async function readTimeline(
  { query, now }: Asked,
  { store }: Pick<Sources, 'store'>,
): Promise<TimelineView> {
  const given: Search = { ...readSearch(query), show: 'decisions' }
  const search = (given.when ?? given.from) ? given : ({ ...given, when: '24h' } as const)
  const filter = { ...termsOf(search), ...timeOf(search, now) }
  const grid = { ...filter, ...gridOf(search, now) }
  const [timeline, latest] = await Promise.all([
    store.timeline(grid, BUCKETS, now),
    store.events({ ...filter, kinds: ['refused'] }, { limit: LATEST }),
  ])
  return {
    search,
    timeline,
    totals: totalsOf(timeline),
    reasons: reasonsOf(timeline),
    latest: latest.events,
  }
}

/** Minutes of a bucket, so that bars begin at times that a reader expects. */
const STEPS: Readonly<Partial<Record<string, readonly [minutes: number, buckets: number]>>> = {
  '1h': [1, 60],
  '24h': [15, 96],
  '7d': [120, 84],
  '30d': [480, 90],
}

/** The time of a named stretch, on whole buckets up to the one that is under way. */
function gridOf({ when }: Search, now: number): EventFilter {
  const step = STEPS[when ?? '']
  if (step === undefined) return {}
  const [length, buckets] = [step[0] * 60_000, step[1]]
  const until = Math.floor(now / length + 1) * length
  return { from: until - buckets * length, until }
}

function totalsOf({ buckets }: Timeline): Totals {
  const sum = (name: keyof Totals) => buckets.reduce((total, bucket) => total + bucket[name], 0)
  return {
    issued: sum('issued'),
    refused: sum('refused'),
    errors: sum('errors'),
    suppressed: sum('suppressed'),
  }
}

function reasonsOf({ buckets }: Timeline): readonly ReasonCount[] {
  const counts = new Map<string, number>()
  for (const { reason, count: times } of buckets.flatMap(({ reasons }) => reasons)) {
    counts.set(reason, (counts.get(reason) ?? 0) + times)
  }
  return [...counts]
    .map(([reason, times]) => ({ reason, count: times, meaning: meaningOf(reason) }))
    .sort((a, b) => b.count - a.count)
}

/** The page of the timeline; `accounts` are those that questions can be asked about. */
export function timelinePage(view: TimelineView, accounts: readonly string[]): Page {
  const { search, latest, timeline, totals } = view
  return {
    title: 'Timeline',
    route: 'timeline',
    lead: 'What the bureau was asked for, and what it answered. All times are UTC.',
    aside: stretches(search),
    content: html`
      ${searchChips('/', { ...search, when: undefined })} ${figures(search, timeline, totals)}
      <div class="columns">${reasonPanel(view)} ${questions(accounts)}</div>
      ${panel(
        'Latest refusals',
        html`<a href="/events${queryOf({ ...search, show: 'refused' })}">All refusals</a>`,
        latest.length === 0
          ? empty('Nothing was refused.', 'A longer stretch of time may show older ones.')
          : refusalTable('Latest refusals', latest),
      )}
    `,
  }
}

const STRETCHES = [
  ['1h', '1 hour'],
  ['24h', '24 hours'],
  ['7d', '7 days'],
  ['30d', '30 days'],
] as const

function stretches(search: Search): Html {
  return html`<nav aria-label="Stretch of time">
    <ul class="switch">
      ${STRETCHES.map(
        ([when, label]) =>
          html`<li>
            <a href="/${queryOf({ ...search, when })}" ${when === search.when && CURRENT}>
              ${label}
            </a>
          </li>`,
      )}
    </ul>
  </nav>`
}

const CURRENT = html`aria-current="true"`

function reasonPanel({ reasons, search }: TimelineView): Html {
  const all = reasons.reduce((sum, { count: times }) => sum + times, 0)
  return panel(
    'Top reasons',
    undefined,
    reasons.length === 0
      ? empty('No refusal, no error.', 'Every request of this stretch of time got its token.')
      : table(
          'Top reasons',
          [
            {
              head: 'Reason',
              cell: ({ reason }) =>
                html`<a href="/events${reasonQuery(search, reason)}"><code>${reason}</code></a>`,
            },
            { head: 'What it means', kind: 'prose', cell: ({ meaning }) => meaning },
            { head: 'Count', kind: 'figure', cell: ({ count: times }) => count(times) },
            { head: 'Share', kind: 'figure', cell: ({ count: times }) => share(times, all) },
          ],
          reasons.slice(0, LATEST),
        ),
  )
}

function reasonQuery(search: Search, reason: string): string {
  return queryOf({ ...search, show: 'refused', terms: { ...search.terms, reason } })
}
