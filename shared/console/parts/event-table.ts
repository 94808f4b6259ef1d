import type { StoredEvent } from '../../audit/store/store.ts'
import { duration, shortened } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'
import { table, type Column } from './blocks.ts'
import { account, none, outcome, time } from './words.ts'

/** The address of an event's page. */
export function eventPath(id: string): string {
  return `/event?id=${encodeURIComponent(id)}`
}

const TIME: Column<StoredEvent> = {
  head: 'Time (UTC)',
  cell: ({ id, time: at }) => html`<a href="${eventPath(id)}">${time(at)}</a>`,
}
const OUTCOME: Column<StoredEvent> = {
  head: 'Outcome',
  cell: (event) =>
    html`${outcome(event)} ${event.reason !== undefined && html`<code>${event.reason}</code>`}`,
}
const ACCOUNT: Column<StoredEvent> = {
  head: 'Account',
  kind: 'text',
  cell: ({ account: email }) => titled(email, account(email)),
}
const HOLDER: Column<StoredEvent> = { head: 'Holder', kind: 'text', cell: holder }
const PROVIDER: Column<StoredEvent> = {
  head: 'Provider',
  cell: ({ provider }) => provider ?? none(),
}
const TOKEN: Column<StoredEvent> = { head: 'Token', cell: token }
const ADDRESS: Column<StoredEvent> = { head: 'Address', cell: ({ address }) => address ?? none() }
const DETAIL: Column<StoredEvent> = {
  head: 'Detail',
  kind: 'text',
  cell: ({ detail }) => titled(detail, detail ?? none()),
}

/** Events in full width. */
export function eventTable(caption: string, events: readonly StoredEvent[]): Html {
  const columns = [TIME, OUTCOME, ACCOUNT, HOLDER, PROVIDER, TOKEN, ADDRESS]
  return table(caption, columns, events)
}

/** Refusals in half the width: when, why, and who. */
export function refusalTable(caption: string, events: readonly StoredEvent[]): Html {
  return table(caption, [TIME, OUTCOME, HOLDER, DETAIL], events)
}

/** The events of one request. */
export function relatedTable(caption: string, events: readonly StoredEvent[]): Html {
  return table(caption, [TIME, OUTCOME], events)
}

/** Who it is about: the subject, else what a token that was not verified says of its issuer. */
function holder({ kind, subject, claimedIssuer, policyDigest, chain }: StoredEvent): Content {
  if (subject !== undefined) return titled(subject, subject)
  if (claimedIssuer !== undefined) {
    return titled(claimedIssuer, html`<span class="muted">claims</span> ${claimedIssuer}`)
  }
  if (kind === 'policy') return html`<code>${shortened(policyDigest ?? '')}</code>`
  if (kind === 'checkpoint' || kind === 'summary') {
    return html`<span class="muted">chain</span> <code>${shortened(chain)}</code>`
  }
  return html`<span class="muted">not known</span>`
}

function token({ tokenKind, lifetime }: StoredEvent): Content {
  if (tokenKind === undefined) return none()
  if (tokenKind === 'id_token') return 'ID'
  return html`access <span class="muted">${duration(lifetime ?? 0)}</span>`
}

/** Text that may be cut at the end of its column, whole in its title. */
function titled(whole: string | undefined, shown: Content): Content {
  return html`<span title="${whole ?? ''}">${shown}</span>`
}
