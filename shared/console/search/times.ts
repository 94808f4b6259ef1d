import { Refusal } from '../../domain/refusal.ts'

/** A stretch of time; milliseconds since the epoch, the end exclusive. */
export interface Span {
  readonly from: number | undefined
  readonly until: number | undefined
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Stretches of time that a reader can name; days are those of UTC. */
export const PERIODS = [
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
] as const

/** Names a stretch of time. */
export type Period = (typeof PERIODS)[number][0]

const BACK: Readonly<Record<Exclude<Period, 'today' | 'yesterday'>, number>> = {
  '1h': HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
}

/** When a period is, seen from `now` in milliseconds since the epoch. */
export function spanOf(period: Period, now: number): Span {
  const midnight = Math.floor(now / DAY) * DAY
  if (period === 'today') return { from: midnight, until: undefined }
  if (period === 'yesterday') return { from: midnight - DAY, until: midnight }
  return { from: now - BACK[period], until: undefined }
}

/** The period of that name. Throws `Refusal` `request`. */
export function periodOf(text: string): Period {
  const found = PERIODS.find(([name]) => name === text)
  if (found === undefined) throw new Refusal('request', { detail: 'when is no period of time' })
  return found[0]
}

/** RFC 3339, any part after the day left out, always UTC: what a browser's date field sends fits. */
const INSTANT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z?)?$/

/** Milliseconds since the epoch of a moment that a reader wrote. Throws `Refusal` `request`. */
export function instantOf(name: string, text: string): number {
  const time = text.replace(' ', 'T').replace(/Z$/, '')
  const ms = INSTANT.test(text) ? Date.parse(time.length > 10 ? `${time}Z` : time) : Number.NaN
  // A day that no month has would otherwise roll over into the next one.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 10))) {
    throw new Refusal('request', { detail: `${name} is no moment of time` })
  }
  return ms
}
