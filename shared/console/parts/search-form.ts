import { html, type Html } from '../html.ts'
import { REASONS } from '../reasons.ts'
import { SHOWS, TERMS, type Search, type Term } from '../search/search.ts'
import { PERIODS } from '../search/times.ts'
import { choiceField, knownValues, textField, type Choice } from './fields.ts'

/** Always in sight; the others open on demand. */
const FIRST: ReadonlySet<Term> = new Set(['account', 'subject', 'issuer'])
const OTHERS = TERMS.filter(([name]) => !FIRST.has(name) && name !== 'reason')

const ANY: Choice = ['', 'Any']

/** The filters of the event list, as a form that makes an address. */
export function searchForm(search: Search, accounts: readonly string[]): Html {
  const { show, when, from, to, terms } = search
  const field = ([name, , label]: (typeof TERMS)[number]) =>
    textField(name, label, terms[name], name === 'account' ? 'accounts' : undefined)
  const opened =
    OTHERS.some(([name]) => terms[name] !== undefined) || from !== undefined || to !== undefined
  return html`<form
    class="panel filters"
    action="/events"
    method="get"
    role="search"
    aria-label="Events"
  >
    <div class="fields">
      ${choiceField('show', 'Show', SHOWS, show)}
      ${choiceField('when', 'When', [['', 'Any time'], ...PERIODS], when ?? '')}
      ${choiceField('reason', 'Reason', [ANY, ...reasonChoices(terms.reason)], terms.reason ?? '')}
      ${TERMS.filter(([name]) => FIRST.has(name)).map(field)}
      <button class="primary">Apply</button>
    </div>
    <details ${opened && OPEN}>
      <summary>More filters</summary>
      <div class="fields">
        ${textField('from', 'From (UTC)', from)} ${textField('to', 'To (UTC)', to)}
        ${OTHERS.map(field)}
      </div>
      <p class="muted">
        Moments as <code>2026-01-31</code> or <code>2026-01-31T12:30</code>; a choice under “When”
        wins over them.
      </p>
    </details>
    ${knownValues('accounts', accounts)}
  </form>`
}

const OPEN = html`open`

/** The reasons that this version knows, and one that the address names besides. */
function reasonChoices(chosen: string | undefined): readonly Choice[] {
  const names: readonly string[] = REASONS
  const all = chosen === undefined || names.includes(chosen) ? names : [...names, chosen]
  return all.map((name) => [name, name])
}
