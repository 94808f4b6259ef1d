import { html, type Content, type Html } from './html.ts'
import type { ConsoleRoute } from './routes.ts'

/** What every page of the console shows around its own content. */
export interface Frame {
  /** The e-mail of the operator; undefined on a page for somebody who is not signed in. */
  readonly operator: string | undefined
  /** Whether the browser holds a session of ours that it can end. */
  readonly maySignOut: boolean
  /** Addresses of the console's own files, with what they hold in their names. */
  readonly style: string
  readonly script: string
  readonly icon: string
}

/** One page. */
export interface Page {
  readonly title: string
  readonly route: ConsoleRoute | undefined
  /** One sentence under the title. */
  readonly lead?: Content
  /** Beside the title. */
  readonly aside?: Content
  readonly content: Content
  /** Whether the page asks to be loaded again in a moment. */
  readonly unfinished?: boolean
}

const SCREENS: readonly (readonly [route: ConsoleRoute, path: string, name: string])[] = [
  ['timeline', '/', 'Timeline'],
  ['events', '/events', 'Events'],
  ['live', '/live', 'In use now'],
  ['access', '/access', 'Access map'],
  ['find', '/find', 'Find a token'],
  ['policies', '/policies', 'Policies'],
  ['integrity', '/integrity', 'Integrity'],
]

/** The whole document. */
export function layout(page: Page, frame: Frame): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · Token Bureau</title>
        <link rel="icon" href="${frame.icon}" />
        <link rel="stylesheet" href="${frame.style}" />
        <script src="${frame.script}" defer></script>
      </head>
      <body${page.unfinished === true && UNFINISHED}>
        <a class="skip" href="#main">Skip to the content</a>
        ${bar(page, frame)}
        <main id="main" tabindex="-1">
          <div class="head">
            <div>
              <h1>${page.title}</h1>
              ${page.lead !== undefined && html`<p>${page.lead}</p>`}
            </div>
            ${page.aside}
          </div>
          ${page.content}
        </main>
      </body>
    </html> `
}

const UNFINISHED = html` data-unfinished`

function bar(page: Page, { operator, maySignOut }: Frame): Html {
  return html`<header class="bar">
    <a class="brand" href="/">${MARK}<b>Token Bureau</b> <span>Audit</span></a>
    ${operator !== undefined && navigation(page.route)}
    <div class="who">
      ${operator !== undefined && html`<span>${operator}</span>`}
      ${maySignOut && html`<form method="post" action="/sign-out"><button>Sign out</button></form>`}
    </div>
  </header>`
}

function navigation(route: ConsoleRoute | undefined): Html {
  const current = route === 'event' ? 'events' : route
  return html`<nav aria-label="Screens">
    <ul>
      ${SCREENS.map(
        ([name, path, label]) =>
          html`<li><a href="${path}" ${name === current && CURRENT}>${label}</a></li>`,
      )}
    </ul>
  </nav>`
}

const CURRENT = html` aria-current="page"`

/** Two coins, one exchanged for the other. */
const MARK = html`<svg
  viewBox="0 0 20 20"
  fill="none"
  stroke="currentColor"
  stroke-width="1.8"
  aria-hidden="true"
>
  <circle cx="7" cy="7.4" r="5.2" />
  <path d="M13.2 7.1a5.2 5.2 0 1 1-6.3 6.9" />
</svg>`
