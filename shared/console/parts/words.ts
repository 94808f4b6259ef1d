import type { StoredEvent } from '../../audit/store/store.ts'
import { moment, roughly } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'

/** How something stands: always as a word, the colour only repeats it. */
export type Tone = 'good' | 'warn' | 'bad' | 'idle'

/** A word with the colour of its meaning. */
export function badge(tone: Tone, word: Content): Html {
  return html`<span class="badge ${tone}">${word}</span>`
}

/** What an event says happened. */
export function outcome({ kind, status }: Pick<StoredEvent, 'kind' | 'status'>): Html {
  switch (kind) {
    case 'issued':
      return badge('good', 'Issued')
    case 'refused':
      return (status ?? 0) >= 500 ? badge('bad', 'Error') : badge('warn', 'Refused')
    case 'intent':
      return badge('idle', 'Intent')
    case 'policy':
      return badge('idle', 'Policy')
    case 'checkpoint':
      return badge('idle', 'Checkpoint')
    case 'summary':
      return badge('idle', 'Counts')
  }
}

/** A moment in UTC; milliseconds since the epoch. */
export function time(ms: number): Html {
  const text = moment(ms)
  return html`<time datetime="${text.replace(' ', 'T')}Z">${text}</time>`
}

/** How long ago a moment was, or how far off it is; the moment itself stands in the title. */
export function distance(ms: number, now: number): Html {
  const text = moment(ms)
  const seconds = (ms - now) / 1000
  const words = seconds > 0 ? `in ${roughly(seconds)}` : `${roughly(-seconds)} ago`
  return html`<time datetime="${text.replace(' ', 'T')}Z" title="${text} UTC">${words}</time>`
}

const ACCOUNT_SUFFIX = '.iam.gserviceaccount.com'

/** A service account, the part that all of them share set back. */
export function account(email: string | undefined): Content {
  if (email === undefined || email === '') return none()
  if (!email.endsWith(ACCOUNT_SUFFIX)) return email
  const own = email.slice(0, -ACCOUNT_SUFFIX.length)
  return html`${own}<span class="muted">${ACCOUNT_SUFFIX}</span>`
}

/** Stands where there is nothing to show. */
export function none(): Html {
  return html`<span class="muted">–</span>`
}
