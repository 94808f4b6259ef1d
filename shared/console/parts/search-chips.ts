import { html, type Html } from '../html.ts'
import type { Choice } from './fields.ts'
import { queryOf, SHOWS, TERMS, type Search } from '../search/search.ts'
import { PERIODS } from '../search/times.ts'

/** What narrows a list, each with a way to widen it again; nothing where nothing narrows. */
export function searchChips(path: string, search: Search): Html | undefined {
  const { show, when, from, to, terms } = search
  const chips = [
    ...(show === 'decisions'
      ? []
      : [['Show', labelOf(SHOWS, show), { ...search, show: 'decisions' as const }] as const]),
    ...(when === undefined
      ? []
      : [['When', labelOf(PERIODS, when), { ...search, when: undefined }] as const]),
    ...(when !== undefined || from === undefined
      ? []
      : [['From', `${from} UTC`, { ...search, from: undefined }] as const]),
    ...(when !== undefined || to === undefined
      ? []
      : [['To', `${to} UTC`, { ...search, to: undefined }] as const]),
    ...TERMS.flatMap(([name, , label]) => {
      const value = terms[name]
      if (value === undefined) return []
      return [[label, value, { ...search, terms: { ...terms, [name]: undefined } }] as const]
    }),
  ]
  if (chips.length === 0) return undefined
  return html`<ul class="chips" aria-label="Filters">
    ${chips.map(
      ([label, value, wider]) =>
        html`<li>
          <span class="muted">${label}</span> <b>${value}</b>
          <a href="${path}${queryOf(wider)}" aria-label="Remove the filter ${label}">×</a>
        </li>`,
    )}
    <li class="plain"><a href="${path}">Remove all</a></li>
  </ul>`
}

function labelOf(choices: readonly Choice[], name: string): string {
  return choices.find(([value]) => value === name)?.[1] ?? name
}
