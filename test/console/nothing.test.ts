import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyEra } from '../../shared/audit/store/store.ts'
import { html, markup } from '../../shared/console/html.ts'
import type { Page } from '../../shared/console/layout.ts'
import { eventsPage } from '../../shared/console/screens/events.ts'
import { livePage } from '../../shared/console/screens/live.ts'
import { policiesPage } from '../../shared/console/screens/policies.ts'
import { readSearch } from '../../shared/console/search/search.ts'

const searched = (query: string) => readSearch(new URLSearchParams(query))
const shown = ({ content }: Page) => markup(html`${content}`)

function live(query: string): string {
  return shown(livePage({ search: searched(query), now: 0, holders: [] }))
}

function events(query: string): string {
  const search = searched(query)
  return shown(eventsPage({ search, further: false, events: [], next: undefined }, []))
}

test('a page without live tokens does not say that tokens of a misspelt provider expired', () => {
  assert.match(live(''), /Every token that was issued has expired/)
  assert.match(live('provider=nopartner'), /No token that fits these filters is unexpired/)
  assert.doesNotMatch(live('provider=nopartner'), /has expired/)
})

test('a longer stretch of time is advised only where one was chosen', () => {
  assert.match(events('when=1h'), /choose a longer stretch of time/)
  assert.match(events('from=2026-06-01'), /choose a longer stretch of time/)
  assert.doesNotMatch(events('request=garbage'), /stretch of time/)
})

const ERA: PolicyEra = {
  digest: `sha256:${'a'.repeat(64)}`,
  first: 0,
  last: 1000,
  issued: 0,
  refused: 0,
  loads: 1,
  failures: 0,
}

test('a policy that was never loaded was never in force, and one that has no digest says why', () => {
  const bars = (policies: readonly PolicyEra[]) =>
    shown(policiesPage({ policies })).split('class="span"').length - 1
  const failed = { ...ERA, loads: 0, failures: 1 }
  assert.equal(bars([ERA]), 1)
  assert.equal(bars([ERA, failed]), 1)
  const unread = shown(policiesPage({ policies: [ERA, { ...failed, digest: '' }] }))
  assert.match(unread, /<a href="\/events\?show=policies">could not be read<\/a>/)
  assert.match(unread, /Not loaded.*what was wrong stands in the bureau’s log/)
  assert.equal(unread.split('<li>').length - 1, 1)
})
