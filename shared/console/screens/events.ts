import { BadCursor, type Page as EventPage } from '../../audit/store/store.ts'
import { Refusal } from '../../domain/refusal.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { empty } from '../parts/blocks.ts'
import { eventTable } from '../parts/event-table.ts'
import { searchChips } from '../parts/search-chips.ts'
import { searchForm } from '../parts/search-form.ts'
import { filterOf, queryOf, readSearch, type Search } from '../search/search.ts'
import type { Asked, Sources } from '../sources.ts'

/** One page of the events that a search finds, newest first. */
export interface EventsView extends EventPage {
  readonly search: Search
  /** Whether it is not the first page. */
  readonly further: boolean
}

const USUAL = 50
const MOST = 500

/** Reads a page of events by the address. Throws `Refusal` `request`. */
export async function readEvents(
  { query, now }: Asked,
  { store }: Pick<Sources, 'store'>,
): Promise<EventsView> {
  const search = readSearch(query)
  const cursor = query.get('cursor') || undefined
  try {
    const page = await store.events(filterOf(search, now), { limit: limitOf(query), cursor })
    return { search, further: cursor !== undefined, ...page }
  } catch (error) {
    if (!(error instanceof BadCursor)) throw error
    throw new Refusal('request', { detail: 'cursor is none of ours', cause: error })
  }
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') || String(USUAL)
  const limit = Number(text)
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= MOST) return limit
  throw new Refusal('request', { detail: `limit is not a number from 1 to ${MOST}` })
}

/** The page of events; `accounts` are those that the store knows. */
export function eventsPage(view: EventsView, accounts: readonly string[]): Page {
  const { search, events } = view
  return {
    title: 'Events',
    route: 'events',
    lead: 'Every answer has its record. Filters stand in the address: a list can be shared as a link.',
    aside: exports(search),
    content: html`
      ${searchForm(search, accounts)} ${searchChips('/events', search)}
      <section class="panel" aria-label="Events">
        ${events.length === 0 ? nothing(view) : eventTable('Events, newest first', events)}
      </section>
      ${pager(view)}
    `,
  }
}

function exports(search: Search): Html {
  const query = queryOf(search)
  return html`<ul class="exports" aria-label="Export what is filtered">
    <li aria-hidden="true">Export</li>
    <li><a class="button" href="/events.csv${query}" download>CSV</a></li>
    <li><a class="button" href="/events.jsonl${query}" download>JSONL</a></li>
  </ul>`
}

function nothing({ further, search }: EventsView): Html {
  const { when, from, to } = search
  const bounded = [when, from, to].some((bound) => bound !== undefined)
  return further
    ? empty('There is nothing further back.', html`<a href="/events">All events</a>`)
    : empty(
        'No event fits these filters.',
        `Values are compared whole, capitals included. Remove a filter${bounded ? ', or choose a longer stretch of time' : ''}.`,
      )
}

function pager({ search, further, next }: EventsView): Html | undefined {
  if (!further && next === undefined) return undefined
  return html`<nav class="pager" aria-label="Pages">
    ${further && html`<a href="/events${queryOf(search)}">Newest</a>`}
    ${next !== undefined && html`<a href="/events${queryOf(search, { cursor: next })}" rel="next">Older</a>`}
  </nav>`
}
