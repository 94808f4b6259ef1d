import { html, type Html } from '../html.ts'
import type { Traced } from '../trace/rule-trace.ts'

const WORDS = {
  passed: ['good', 'Passed'],
  failed: ['bad', 'Failed'],
  'not reached': ['idle', 'Not reached'],
} as const

/** The checks of a request, in order. */
export function traceList(trace: readonly Traced[]): Html {
  return html`<ol class="trace">
    ${trace.map(({ claim, state, fact }) => {
      const [tone, word] = WORDS[state]
      return html`<li class="${tone}">
        <b>${word}</b>
        <div>
          <p>${claim}</p>
          ${fact !== undefined && html`<p class="fact">${fact}</p>`}
        </div>
      </li>`
    })}
  </ol>`
}
