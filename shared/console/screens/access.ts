import type { Access, GrantUse } from '../../audit/store/store.ts'
import { Refusal } from '../../domain/refusal.ts'
import { count } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { empty, panel, table } from '../parts/blocks.ts'
import { eventPath } from '../parts/event-table.ts'
import { knownValues, textField } from '../parts/fields.ts'
import { searchChips } from '../parts/search-chips.ts'
import { account, badge, distance } from '../parts/words.ts'
import { queryOf, readSearch, termsOf, type Search } from '../search/search.ts'
import type { Asked, Sources } from '../sources.ts'

/** Who ever used which account, and when last. */
export interface AccessView {
  readonly search: Search
  readonly now: number
  /** Whether only those are shown that were not used for 90 days. */
  readonly unused: boolean
  /** Least recently used first; one page of them. */
  readonly rows: readonly Access[]
  readonly total: number
  /** How many of all were not used for 90 days. */
  readonly idle: number
  /** From 1. */
  readonly page: number
  readonly pages: number
  readonly grants: readonly GrantUse[]
}

const NINETY_DAYS = 90 * 86_400_000
const ROWS = 100

/** Reads the access map. Throws `Refusal` `request`. */
export async function readAccess(
  { query, now }: Asked,
  { store }: Pick<Sources, 'store'>,
): Promise<AccessView> {
  const { issuer, subject, account: email } = readSearch(query).terms
  const search: Search = {
    show: 'decisions',
    when: undefined,
    from: undefined,
    to: undefined,
    terms: {
      ...(issuer !== undefined && { issuer }),
      ...(subject !== undefined && { subject }),
      ...(email !== undefined && { account: email }),
    },
  }
  const [all, grants] = await Promise.all([store.accessMap(termsOf(search)), store.grantUses()])
  const idle = all.filter((row) => isIdle(row.lastUsed, now))
  const unused = query.get('unused') === '1'
  const chosen = unused ? idle : all
  const pages = Math.max(1, Math.ceil(chosen.length / ROWS))
  const page = pageOf(query, pages)
  return {
    search,
    now,
    unused,
    rows: chosen.slice((page - 1) * ROWS, page * ROWS),
    total: chosen.length,
    idle: idle.length,
    page,
    pages,
    grants,
  }
}

function isIdle(lastUsed: number, now: number): boolean {
  return now - lastUsed > NINETY_DAYS
}

function pageOf(query: URLSearchParams, pages: number): number {
  const text = query.get('page') || '1'
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Refusal('request', { detail: 'page is no page' })
  return Math.min(Number(text), pages)
}

/** The page of the access map. */
export function accessPage(view: AccessView): Page {
  const { search, now, rows, grants } = view
  return {
    title: 'Access map',
    route: 'access',
    lead: 'Who ever obtained tokens for which account, the least recently used first: what was not used for 90 days can be taken out of the policy.',
    aside: switcher(view),
    content: html`${form(search, rows)} ${searchChips('/access', search)}
      <section class="panel" aria-label="Access">
        ${rows.length === 0 ? nothing(view) : table('Access by issuer, subject and account', columns(now), rows)}
      </section>
      ${pager(view)}
      ${panel(
        'Grants',
        'When each grant of the policy last led to a token',
        grants.length === 0
          ? empty('No grant has led to a token yet.', 'They appear here with their first token.')
          : table('Grants', grantColumns(now), grants),
      )}`,
  }
}

function switcher({ search, unused, idle }: AccessView): Html {
  const link = (label: Content, more: Record<string, string>, current: boolean) =>
    html`<li><a href="/access${queryOf(search, more)}" ${current && CURRENT}>${label}</a></li>`
  return html`<nav aria-label="Which">
    <ul class="switch">
      ${link('All', {}, !unused)}
      ${link(`Not used for 90 days: ${count(idle)}`, { unused: '1' }, unused)}
    </ul>
  </nav>`
}

const CURRENT = html`aria-current="true"`

function form({ terms }: Search, rows: readonly Access[]): Html {
  const of = (name: 'account' | 'issuer') => [...new Set(rows.map((row) => row[name]))]
  return html`<form
    class="panel filters"
    action="/access"
    method="get"
    role="search"
    aria-label="Access"
  >
    <div class="fields">
      ${textField('issuer', 'Issuer', terms.issuer, 'issuers')}
      ${textField('subject', 'Subject', terms.subject)}
      ${textField('account', 'Account', terms.account, 'accounts')}
      <button class="primary">Apply</button>
    </div>
    ${knownValues('issuers', of('issuer'))} ${knownValues('accounts', of('account'))}
  </form>`
}

function nothing({ unused }: AccessView): Html {
  return unused
    ? empty('Everything was used within 90 days.', 'There is nothing to take out of the policy.')
    : empty('Nobody has obtained a token that fits.', 'Values are compared whole.')
}

function cut(value: string, shown: Content = value): Html {
  return html`<span title="${value}">${shown}</span>`
}

function columns(now: number) {
  return [
    { head: 'Issuer', kind: 'text', cell: ({ issuer }: Access) => cut(issuer) },
    { head: 'Subject', kind: 'text', cell: ({ subject }: Access) => cut(subject) },
    {
      head: 'Account',
      kind: 'text',
      cell: ({ account: email }: Access) => cut(email, account(email)),
    },
    { head: 'Tokens', kind: 'figure', cell: ({ tokens }: Access) => count(tokens) },
    { head: 'First used', cell: ({ firstUsed }: Access) => distance(firstUsed, now) },
    {
      head: 'Last used',
      cell: ({ lastUsed, lastId }: Access) =>
        html`<a href="${eventPath(lastId)}">${distance(lastUsed, now)}</a>
          ${idleBadge(lastUsed, now)}`,
    },
  ] as const
}

function grantColumns(now: number) {
  return [
    {
      head: 'Grant',
      cell: ({ grant }: GrantUse) =>
        html`<a href="/events${queryOf({ terms: { grant } })}">${grant}</a>`,
    },
    { head: 'Tokens', kind: 'figure', cell: ({ tokens }: GrantUse) => count(tokens) },
    {
      head: 'Last used',
      cell: ({ lastUsed }: GrantUse) =>
        html`${distance(lastUsed, now)} ${idleBadge(lastUsed, now)}`,
    },
  ] as const
}

function idleBadge(lastUsed: number, now: number): Content {
  return isIdle(lastUsed, now) && badge('warn', 'not for 90 days')
}

function pager({ search, unused, page, pages }: AccessView): Html | undefined {
  if (pages === 1) return undefined
  const more = (to: number) => queryOf(search, { ...(unused && { unused: '1' }), page: String(to) })
  return html`<nav class="pager" aria-label="Pages">
    ${page > 1 && html`<a href="/access${more(page - 1)}" rel="prev">Before</a>`}
    <span>Page ${page} of ${pages}</span>
    ${page < pages && html`<a href="/access${more(page + 1)}" rel="next">Next</a>`}
  </nav>`
}
