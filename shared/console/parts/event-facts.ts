import type { StoredEvent } from '../../audit/store/store.ts'
import { duration } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'
import { queryOf, type Term } from '../search/search.ts'
import { facts } from './blocks.ts'
import { account, time } from './words.ts'

/** What an event says, each fact with a way to other events of the same. */
export function eventFacts(event: StoredEvent): Html {
  const { subject, issuer, claimedIssuer, provider, grant, denial, detail } = event
  return facts([
    ['When', html`${time(event.time)} UTC`],
    ['Why', detail === undefined ? undefined : html`<b>${detail}</b>`],
    ['Account', fact('account', event.account, account(event.account))],
    ['Holder', fact('subject', subject)],
    ['Principal', event.kind === 'policy' ? undefined : event.principal],
    ['Issuer', fact('issuer', issuer)],
    ['Claimed issuer', claimedIssuer],
    ['Provider', fact('provider', provider)],
    ['Grant', fact('grant', grant)],
    ['Denial', denial],
    ['Token', token(event)],
    ['Scopes', event.scopes.length === 0 ? undefined : event.scopes.join(' ')],
    ['Audience', event.tokenAudience],
    ['Expires', event.expires === undefined ? undefined : html`${time(event.expires)} UTC`],
    ['Request', fact('request', event.requestId, code(event.requestId))],
    ['HTTP status', event.status],
    ['Token id (jti)', fact('jti', event.jti, code(event.jti))],
    ['Key (kid)', fact('kid', event.kid, code(event.kid))],
    ['Client address', fact('address', event.address)],
    ['User agent', event.userAgent],
    ['Took', event.duration === undefined ? undefined : `${event.duration} ms`],
    ['Policy', fact('policy', event.policyDigest, code(event.policyDigest))],
    ['Instance', html`${event.instance} <span class="muted">${event.revision}</span>`],
    [
      'Chain',
      html`<code>${event.chain}</code> <span class="muted">record</span> ${event.chainSeq}`,
    ],
    ['Subject token', code(event.subjectToken)],
    ['Issued token', code(event.issuedToken)],
  ])
}

function token({ tokenKind, lifetime }: StoredEvent): Content {
  if (tokenKind === undefined) return undefined
  if (tokenKind === 'id_token') return 'ID token'
  return lifetime === undefined ? 'access token' : `access token of ${duration(lifetime)}`
}

function code(value: string | undefined): Content {
  return value === undefined ? undefined : html`<code>${value}</code>`
}

/** A value with a link to everything that has it. */
function fact(term: Term, value: string | undefined, shown: Content = value): Content {
  if (value === undefined) return undefined
  const query = queryOf({ show: 'all', terms: { [term]: value } })
  return html`${shown}
    <a class="more" href="/events${query}" aria-label="All events of this ${term}">all</a>`
}
