import { isUtf8 } from 'node:buffer'
import { Refusal } from '../domain/refusal.ts'

/** Pairs in one form, at most. */
const MOST_PAIRS = 64

/**
 * The names and values of an `application/x-www-form-urlencoded` body, in order. Stricter than
 * browsers' parsers, which repair what they do not understand: two readers must not disagree.
 * Throws `Refusal` `request`.
 */
export function formPairs(body: Buffer): readonly (readonly [name: string, value: string])[] {
  if (!isUtf8(body)) throw refused('not UTF-8')
  const parts = body.toString('utf8').split('&', MOST_PAIRS + 1)
  if (parts.length > MOST_PAIRS) throw refused(`more than ${MOST_PAIRS} parameters`)
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=')
      return equals === -1
        ? [decoded(part), '']
        : [decoded(part.slice(0, equals)), decoded(part.slice(equals + 1))]
    })
}

function decoded(part: string): string {
  const text = part.includes('+') ? part.replaceAll('+', ' ') : part
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw refused('bad percent-encoding')
  }
}

function refused(detail: string): Refusal {
  return new Refusal('request', { detail })
}
