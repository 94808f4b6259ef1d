import { Refusal } from '../domain/refusal.ts'
import { formPairs } from './form.ts'
import type { MediaType } from './media-type.ts'
import { parseRequestJson } from './request-json.ts'

/** The parameters that the bureau knows, by their one name; each has a value. */
export type Parameters = Readonly<Record<string, string>>

/** How known parameters are spelt. */
export interface Spellings {
  /** Names that are the same in both spellings, and RFC 8693's. */
  readonly snake: ReadonlySet<string>
  /** Google's spelling to the first one. */
  readonly camel: ReadonlyMap<string, string>
}

const BOUNDS = { maxDepth: 16, maxMembers: 256, maxItems: 256 }

/** The name before a bracket: `x[]` and `x[a]` are lists and objects to some parsers. */
const BRACKETED = /^([^[]*)\[/

/** The spellings of `names`, given in snake_case. */
export function spellingsOf(names: readonly string[]): Spellings {
  const camel = names
    .filter((name) => name.includes('_'))
    .map((name) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      name,
    ])
  return { snake: new Set(names), camel: new Map(camel as [string, string][]) }
}

/**
 * The known parameters of a body. A parameter without a value counts as left out, unknown ones are
 * ignored (RFC 6749 section 3.2). Throws `Refusal` `request`: any name twice, a known one in
 * brackets or with a value that is no text, both spellings in one request.
 */
export function readParameters(body: Buffer, type: MediaType, spellings: Spellings): Parameters {
  const known = Object.create(null) as Record<string, string>
  const seen = new Set<string>()
  let spelling: 'snake' | 'camel' | undefined

  for (const [name, value] of type === 'json' ? jsonPairs(body) : formPairs(body)) {
    const [, bracketed] = BRACKETED.exec(name) ?? []
    const canonical = spellings.camel.get(bracketed ?? name) ?? bracketed ?? name
    if (seen.has(canonical)) throw refused(canonical, spellings, 'twice')
    seen.add(canonical)
    if (!spellings.snake.has(canonical)) continue
    if (bracketed !== undefined) throw refused(canonical, spellings, 'in brackets')
    if (typeof value !== 'string') throw refused(canonical, spellings, 'not text')
    if (value === '') continue
    if (canonical.includes('_')) {
      const used = canonical === name ? 'snake' : 'camel'
      if (spelling !== undefined && spelling !== used) {
        throw refused(canonical, spellings, 'in another spelling than the others')
      }
      spelling = used
    }
    known[canonical] = value
  }
  return known
}

/** Null counts as no value; a lifetime may be a number. */
function jsonPairs(body: Buffer): readonly (readonly [string, unknown])[] {
  return Object.entries(parseRequestJson(body, BOUNDS)).map(([name, value]) => {
    if (typeof value === 'number' && name === 'lifetime') return [name, String(value)]
    return [name, value ?? '']
  })
}

/** Only known names are repeated to the log: an unknown one may be anything, a token for one. */
function refused(name: string, { snake }: Spellings, what: string): Refusal {
  return new Refusal('request', { detail: `${snake.has(name) ? name : 'a parameter'} ${what}` })
}
