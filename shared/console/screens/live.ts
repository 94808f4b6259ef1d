import type { LiveTokens } from '../../audit/store/store.ts'
import { count } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { empty } from '../parts/blocks.ts'
import { groupedTable, type Group } from '../parts/grouped-table.ts'
import { eventPath } from '../parts/event-table.ts'
import { knownValues, textField } from '../parts/fields.ts'
import { searchChips } from '../parts/search-chips.ts'
import { account, distance } from '../parts/words.ts'
import { readSearch, termsOf, type Search } from '../search/search.ts'
import type { Asked, Sources } from '../sources.ts'

/** Who holds tokens that are not expired. */
export interface LiveView {
  readonly search: Search
  readonly now: number
  readonly holders: readonly LiveTokens[]
}

/** Reads who can use what at this moment. Throws `Refusal` `request`. */
export async function readLive(
  { query, now }: Asked,
  { store }: Pick<Sources, 'store'>,
): Promise<LiveView> {
  const { terms } = readSearch(query)
  const search: Search = {
    show: 'decisions',
    when: undefined,
    from: undefined,
    to: undefined,
    terms,
  }
  return { search, now, holders: await store.liveTokens(termsOf(search), now) }
}

/** The page of live tokens. */
export function livePage({ search, now, holders }: LiveView): Page {
  const tokens = holders.reduce((sum, holder) => sum + holder.tokens, 0)
  const accounts = new Set(holders.map((holder) => holder.account)).size
  return {
    title: 'In use now',
    route: 'live',
    lead: html`Tokens that have not expired: <b>${count(tokens)}</b>. Their holders:
      ${count(holders.length)}; accounts: ${count(accounts)}. A token that was issued cannot be
      called back; it ends by itself.`,
    content: html`${form(search, holders)} ${searchChips('/live', search)}
      <section class="panel" aria-label="Live tokens">
        ${
          holders.length === 0
            ? empty('Nobody holds a live token here.', nobody(search))
            : groupedTable('Live tokens by account', GROUP, columns(now), holders)
        }
      </section>`,
  }
}

/** Why nothing is shown; a filter that fits nothing on record is no proof that tokens expired. */
function nobody({ terms }: Search): string {
  return Object.keys(terms).length === 0
    ? 'Every token that was issued has expired.'
    : 'No token that fits these filters is unexpired. Values are compared whole, capitals included: a name that is misspelt fits nothing either.'
}

function form({ terms }: Search, holders: readonly LiveTokens[]): Html {
  const of = (name: 'account' | 'provider') => [...new Set(holders.map((holder) => holder[name]))]
  return html`<form
    class="panel filters"
    action="/live"
    method="get"
    role="search"
    aria-label="Live tokens"
  >
    <div class="fields">
      ${textField('account', 'Account', terms.account, 'accounts')}
      ${textField('provider', 'Provider', terms.provider, 'providers')}
      ${textField('issuer', 'Issuer', terms.issuer)}
      ${textField('subject', 'Subject', terms.subject)}
      <button class="primary">Apply</button>
    </div>
    ${knownValues('accounts', of('account'))} ${knownValues('providers', of('provider'))}
  </form>`
}

const GROUP: Group<LiveTokens> = {
  head: 'Account',
  key: (holder) => holder.account,
  cell: (holders) => account(holders[0]?.account),
}

function columns(now: number) {
  return [
    {
      head: 'Holder',
      kind: 'text',
      cell: ({ subject }: LiveTokens) => html`<span title="${subject}">${subject}</span>`,
    },
    { head: 'Provider', cell: ({ provider }: LiveTokens) => provider },
    { head: 'Tokens', kind: 'figure', cell: ({ tokens }: LiveTokens) => count(tokens) },
    {
      head: 'The last one ends',
      cell: ({ lastExpires }: LiveTokens) => distance(lastExpires, now),
    },
    {
      head: 'Latest',
      cell: ({ lastId }: LiveTokens) => html`<a href="${eventPath(lastId)}">record</a>`,
    },
  ] as const
}
