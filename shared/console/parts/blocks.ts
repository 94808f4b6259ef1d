import { html, type Content, type Html } from '../html.ts'

/** A framed part of a page under a heading. */
export function panel(title: Content, aside: Content, content: Content): Html {
  return html`<section class="panel">
    <header>
      <h2>${title}</h2>
      ${aside !== undefined && html`<p>${aside}</p>`}
    </header>
    ${content}
  </section>`
}

/** A list of facts; those without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: Content])[]): Html {
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        value !== undefined &&
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

/** What stands where a list has no rows: what that means, and what to do next. */
export function empty(title: string, advice: Content): Html {
  return html`<div class="empty">
    <p>${title}</p>
    <p class="muted">${advice}</p>
  </div>`
}

/** Text to be taken elsewhere, with a button for it where scripts run. */
export function copyable(what: string, text: string): Html {
  return html`<div class="copyable" data-copy="${what}">
    <pre tabindex="0" role="group" aria-label="${what}">${text}</pre>
  </div>`
}

/** One column of a table. */
export interface Column<Row> {
  readonly head: string
  /** How the cells stand: figures to the right, text cut at the column's end, prose whole. */
  readonly kind?: 'figure' | 'text' | 'prose' | 'fixed'
  readonly cell: (row: Row) => Content
}

/** A table that scrolls by itself where the window is narrow; `caption` is for screen readers. */
export function table<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(
            ({ head, kind = 'fixed' }) => html`<th scope="col" class="${kind}">${head}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(
                ({ cell, kind = 'fixed' }) => html`<td class="${kind}">${cell(row)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
