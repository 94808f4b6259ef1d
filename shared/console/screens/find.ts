import type { FoundToken } from '../../audit/store/find-token.ts'
import type { StoredEvent } from '../../audit/store/store.ts'
import { html, type Content, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { empty, facts, panel } from '../parts/blocks.ts'
import { eventPath, eventTable } from '../parts/event-table.ts'
import { account, badge, distance, time } from '../parts/words.ts'
import type { Sources } from '../sources.ts'

/** The page that asks for a token; `found` once one was looked up. */
export function findPage({ key }: Pick<Sources, 'key'>, now: number, found?: FoundToken): Page {
  return {
    title: 'Find a token',
    route: 'find',
    lead: 'Whose token is this string? It is fingerprinted in memory and forgotten: only the fingerprint is looked up.',
    content:
      key === undefined ? noKey() : html`${form(key.id)} ${found && result(found, key.id, now)}`,
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

function result({ issued, presented, otherKey }: FoundToken, keyId: string, now: number): Html {
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
    ${
      otherKey === undefined
        ? empty(
            'No record knows this token.',
            'The bureau did not issue it and nobody presented it, unless its records were made with another key.',
          )
        : empty(
            'Nothing can be said of this token.',
            html`The newest record was made with key <code>${otherKey}</code>, and this search with
              key <code>${keyId}</code>: mount the bureau’s own <code>AUDIT_KEY_FILE</code>.`,
          )
    }
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
