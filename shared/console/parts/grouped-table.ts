import { html, type Content, type Html } from '../html.ts'
import type { Column } from './blocks.ts'

/** What rows that stand together share. */
export interface Group<Row> {
  readonly head: string
  readonly key: (row: Row) => string
  readonly cell: (rows: readonly Row[]) => Content
}

/** A table whose first column says once what several rows share; the rows come in that order. */
export function groupedTable<Row>(
  caption: string,
  group: Group<Row>,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  const groups = [...Map.groupBy(rows, group.key).values()]
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table class="grouped">
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">${group.head}</th>
          ${columns.map(
            ({ head, kind = 'fixed' }) => html`<th scope="col" class="${kind}">${head}</th>`,
          )}
        </tr>
      </thead>
      ${groups.map(
        (members) =>
          html`<tbody>
            ${members.map(
              (row, index) =>
                html`<tr>
                  ${index === 0 && html`<th class="group" scope="rowgroup" rowspan="${members.length}">${group.cell(members)}</th>`}
                  ${columns.map(
                    ({ cell, kind = 'fixed' }) => html`<td class="${kind}">${cell(row)}</td>`,
                  )}
                </tr>`,
            )}
          </tbody>`,
      )}
    </table>
  </div>`
}
