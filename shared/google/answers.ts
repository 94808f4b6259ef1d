import { Refusal } from '../domain/refusal.ts'
import type { Answer } from './attempt.ts'
import { excerpt } from './excerpt.ts'
import { upstreamError } from './upstream-error.ts'

/** Characters of any token of Google's, at most. */
const TOKEN_LENGTH = 12_288

/** An API as refusals and answers know it. */
export interface Api {
  /** Begins the record's detail. */
  readonly name: string
  /** Statuses that, with Google's error envelope, say "no" to the caller's identity or request. */
  readonly denials: ReadonlySet<number>
}

/**
 * The JSON object of a 200. Throws `Refusal`: `upstream_denied` for a denial, of which the record
 * gets the code and an excerpt; `upstream_bad` for everything else: redirects, other statuses,
 * other types, too many bytes, no object. `sent`: the tokens of the request, to keep them out.
 */
export function acceptedObject(
  api: Api,
  answer: Answer,
  sent: readonly string[],
): Readonly<Record<string, unknown>> {
  const body = answer.json ? parse(answer.text) : undefined
  if (answer.status === 200 && typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Readonly<Record<string, unknown>>
  }
  const error = api.denials.has(answer.status) ? upstreamError(body) : undefined
  if (error === undefined) throw badAnswer(api, `HTTP ${answer.status} without the expected JSON`)
  const { code, description } = error
  const said = description === undefined ? '' : `: ${excerpt(description, sent)}`
  throw new Refusal('upstream_denied', {
    detail: `${api.name}: HTTP ${answer.status} ${code}${said}`,
  })
}

/** An answer that cannot be used; `what` is our own words. */
export function badAnswer(api: Api, what: string): Refusal {
  return new Refusal('upstream_bad', { detail: `${api.name}: ${what}` })
}

/** Whether a value can be a token: visible ASCII, so that it fits in a header, and bounded. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(value)
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // The parser's error quotes its input, which may hold a token.
    return undefined
  }
}
