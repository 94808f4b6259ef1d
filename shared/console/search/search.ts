import type { EventFilter } from '../../audit/store/store.ts'
import { Refusal } from '../../domain/refusal.ts'
import { instantOf, periodOf, spanOf, type Period, type Span } from './times.ts'

/** What can be searched for word by word: its name in addresses, in the store, and on the page. */
export const TERMS = [
  ['account', 'account', 'Account'],
  ['reason', 'reason', 'Reason'],
  ['subject', 'subject', 'Subject'],
  ['issuer', 'issuer', 'Issuer'],
  ['provider', 'provider', 'Provider'],
  ['grant', 'grant', 'Grant'],
  ['address', 'address', 'Client address'],
  ['request', 'requestId', 'Request id'],
  ['jti', 'jti', 'Token id (jti)'],
  ['kid', 'kid', 'Key (kid)'],
  ['policy', 'policyDigest', 'Policy digest'],
] as const satisfies readonly (readonly [string, keyof EventFilter, string])[]

/** Names one of them, as addresses spell it. */
export type Term = (typeof TERMS)[number][0]

/** Which kinds of events are shown. */
export const SHOWS = [
  ['decisions', 'Decisions', { kinds: ['issued', 'refused'] }],
  ['issued', 'Issued', { kinds: ['issued'] }],
  ['refused', 'Refused', { kinds: ['refused'] }],
  ['errors', 'Errors', { kinds: ['refused'], errors: true }],
  ['intents', 'Intents', { kinds: ['intent'] }],
  ['policies', 'Policy changes', { kinds: ['policy'] }],
  ['upkeep', 'Checkpoints and counts', { kinds: ['checkpoint', 'summary'] }],
  ['all', 'Everything', {}],
] as const satisfies readonly (readonly [string, string, EventFilter])[]

/** Names a choice of kinds, as addresses spell it. */
export type Show = (typeof SHOWS)[number][0]

/** What a reader searches for, as the address says it. */
export interface Search {
  readonly show: Show
  /** A named stretch of time; it wins over `from` and `to`. */
  readonly when: Period | undefined
  /** As the reader wrote them. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly terms: Readonly<Partial<Record<Term, string>>>
}

/** Characters of one term; nothing on record is longer. */
const LONGEST = 1024

/**
 * The search of an address. Empty parameters count as left out, unknown ones are ignored. Throws
 * `Refusal` `request` where a known one cannot be meant.
 */
export function readSearch(query: URLSearchParams): Search {
  const given = (name: string): string | undefined => {
    const value = query.get(name)?.trim()
    if (value === undefined || value === '') return undefined
    if (value.length > LONGEST) throw new Refusal('request', { detail: `${name} is too long` })
    return value
  }
  const when = given('when')
  const [from, to] = [given('from'), given('to')]
  if (from !== undefined) instantOf('from', from)
  if (to !== undefined) instantOf('to', to)
  return {
    show: showOf(given('show') ?? 'decisions'),
    when: when === undefined ? undefined : periodOf(when),
    from,
    to,
    terms: Object.fromEntries(
      TERMS.flatMap(([name]) => {
        const value = given(name)
        return value === undefined ? [] : [[name, value]]
      }),
    ),
  }
}

/** Every name that the address of a screen or of a file may have. */
const NAMES = new Set<string>(
  TERMS.map(([name]): string => name).concat(
    ['show', 'when', 'from', 'to'],
    ['cursor', 'limit', 'id', 'unused', 'page'],
  ),
)

/** Throws `Refusal` `request` where an address has a parameter that no screen knows. */
export function refuseUnknown(query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (NAMES.has(name)) continue
    // What is no word may be a token that somebody looked for.
    const shown = /^[a-z]{1,20}$/i.test(name) ? name : 'a parameter'
    throw new Refusal('request', { detail: `${shown} is no filter` })
  }
}

function showOf(text: string): Show {
  const found = SHOWS.find(([name]) => name === text)
  if (found === undefined) throw new Refusal('request', { detail: 'show is no kind of event' })
  return found[0]
}

/** The stretch of time that a search names. */
export function timeOf({ when, from, to }: Search, now: number): Span {
  if (when !== undefined) return spanOf(when, now)
  return {
    from: from === undefined ? undefined : instantOf('from', from),
    until: to === undefined ? undefined : instantOf('to', to),
  }
}

/** The search as the store's filter. `now` in milliseconds since the epoch. */
export function filterOf(search: Search, now: number): EventFilter {
  const [, , kinds] = SHOWS.find(([name]) => name === search.show) ?? SHOWS[0]
  return { ...kinds, ...timeOf(search, now), ...termsOf(search) }
}

/** The words of a search as the store's filter, without kinds and time. */
export function termsOf({ terms }: Search): EventFilter {
  return Object.fromEntries(TERMS.map(([name, column]) => [column, terms[name]]))
}

/** The search as the query of an address, `?` included; nothing for a search of everything. */
export function queryOf(search: Partial<Search>, more: Readonly<Record<string, string>> = {}) {
  const { show, when, from, to, terms = {} } = search
  const query = new URLSearchParams()
  const put = (name: string, value: string | undefined) =>
    value !== undefined && query.set(name, value)
  if (show !== 'decisions') put('show', show)
  put('when', when)
  if (when === undefined) {
    put('from', from)
    put('to', to)
  }
  for (const [name] of TERMS) put(name, terms[name])
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
