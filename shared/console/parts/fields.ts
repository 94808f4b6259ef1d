import { html, type Content, type Html } from '../html.ts'

/** A choice of a list: what it sends, and what it says. */
export type Choice = readonly [value: string, label: string, ...rest: readonly unknown[]]

/** A labelled line of text; `list` names a datalist of known values. */
export function textField(
  name: string,
  label: string,
  value: string | undefined,
  list?: string,
): Html {
  return html`<div class="field">
    <label for="field-${name}">${label}</label>
    <input
      id="field-${name}"
      name="${name}"
      value="${value ?? ''}"
      ${list !== undefined && listAttribute(list)}
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
    />
  </div>`
}

function listAttribute(id: string): Html {
  return html`list="${id}"`
}

/** A labelled choice. */
export function choiceField(
  name: string,
  label: string,
  choices: readonly Choice[],
  chosen: string,
): Html {
  return html`<div class="field">
    <label for="field-${name}">${label}</label>
    <select id="field-${name}" name="${name}">
      ${choices.map(
        ([value, text]) =>
          html`<option value="${value}" ${value === chosen && SELECTED}>${text}</option>`,
      )}
    </select>
  </div>`
}

const SELECTED = html`selected`

/** Known values for text fields that name it. */
export function knownValues(id: string, values: readonly string[]): Content {
  return html`<datalist id="${id}">
    ${values.map((value) => html`<option value="${value}"></option>`)}
  </datalist>`
}
