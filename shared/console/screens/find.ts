import type { StoredEvent } from '../../audit/store/store.ts'
import type { Secret } from '../../domain/secret.ts'
import { html, type Content, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { empty, facts, panel } from '../parts/blocks.ts'
import { eventPath, eventTable } from '../parts/event-table.ts'
import { account, badge, distance, time } from '../parts/words.ts'
import type { Sources } from '../sources.ts'

/** What is known about a token. */
export interface FoundView {
  /** Events that the bureau issued this very token in. */
  readonly issued: readonly StoredEvent[]
  /** Events of requests that came with it. */
  readonly presented: readonly StoredEvent[]
}

/**
 * Looks a token up by its fingerprints; the token itself is neither kept nor written anywhere.
 * Undefined where no key is mounted, because then nothing could be found.
 */
export async function findToken(
  token: Secret<string>,
  { store, key }: Pick<Sources, 'store' | 'key'>,
): Promise<FoundView | undefined> {
  if (key === undefined) return undefined
  const asIssued = key.ofIssuedToken(token)
  const events = await store.findByFingerprint(key.ofSubjectToken(token), asIssued)
  const issued = events.filter((event) => event.issuedToken === asIssued)
  return { issued, presented: events.filter((event) => !issued.includes(event)) }
}

/** The page that asks for a token; `found` once one was looked up. */
export function findPage({ key }: Pick<Sources, 'key'>, now: number, found?: FoundView): Page {
  return {
    title: 'Find a token',
    route: 'find',
    lead: 'Whose token is this string? It is fingerprinted in memory and forgotten: only the fingerprint is looked up.',
    content: key === undefined ? noKey() : html`${form(key.id)} ${found && result(found, now)}`,
  }
}

function noKey(): Html {
  return panel(
    'No key is mounted',
    undefined,
    empty(
      'Tokens cannot be looked up without the key of their fingerprints.',
      html`Set <code>AUDIT_KEY_FILE</code> to the file that the bureau itself uses.`,
    ),
  )
}

function form(keyId: string): Html {
  return html`<form class="panel paste" action="/found" method="post">
    <label for="token">The token, as it was found</label>
    <textarea
      id="token"
      name="token"
      rows="5"
      required
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      aria-describedby="token-hint"
    ></textarea>
    <p id="token-hint" class="muted">
      An access token or ID token that the bureau issued, or a subject token that somebody
      presented. Fingerprints are made with key <code>${keyId}</code>; records of another key cannot
      be found.
    </p>
    <button class="primary">Find it</button>
  </form>`
}

function result({ issued, presented }: FoundView, now: number): Html {
  const [first] = issued
  if (first !== undefined) {
    return html`${panel('The bureau issued it', standing(first, now), issuedFacts(first))}
    ${panel('Its record', undefined, eventTable('Records of this token', issued))}`
  }
  if (presented.length > 0) {
    return panel(
      'It is a subject token that was presented',
      `${presented.length} records`,
      eventTable('Requests that came with this token', presented),
    )
  }
  return html`<section class="panel" role="status">
    ${empty('No record knows this token.', 'The bureau did not issue it, nobody presented it, or its records were made with another key.')}
  </section>`
}

function standing({ expires = 0 }: StoredEvent, now: number): Content {
  return expires > now
    ? html`${badge('bad', 'Live')} ends ${distance(expires, now)}`
    : html`${badge('idle', 'Expired')} ${distance(expires, now)}`
}

function issuedFacts(event: StoredEvent): Html {
  const { subject, issuer, provider, grant, address, userAgent, expires } = event
  return facts([
    ['Account', account(event.account)],
    ['Issued to', subject],
    ['Issuer', html`${issuer} <span class="muted">${provider}</span>`],
    ['At', html`<a href="${eventPath(event.id)}">${time(event.time)}</a> UTC`],
    ['Expires', expires === undefined ? undefined : html`${time(expires)} UTC`],
    ['Grant', grant],
    ['Client address', address],
    ['User agent', userAgent],
  ])
}
