import type { Algorithm, Claims } from '../domain/claims.ts'
import { Refusal, type Reason } from '../domain/refusal.ts'
import { parseStrictObject, type JsonRules } from './strict-json.ts'

/** What the gate takes from a protected header. */
export interface Header {
  readonly algorithm: Algorithm
  readonly kid: string | undefined
}

const HEADER_RULES: JsonRules = {
  maxDepth: 4,
  maxMembers: 32,
  maxItems: 32,
  reasons: {
    form: 'header',
    depth: 'header',
    size: 'header',
    duplicate: (name) => REFUSED.get(name) ?? 'json_duplicate',
    number: () => 'header',
  },
}

/**
 * Members that are refused by name. `jwk`, `jku`, `x5u` and `x5c` let a token bring or name its own
 * key; `crit` and `b64` change what is signed (RFC 7515 section 4.1.11, RFC 7797).
 */
const REFUSED: ReadonlyMap<string, Reason> = new Map([
  ['jwk', 'header_key'],
  ['jku', 'header_key'],
  ['x5u', 'header_key'],
  ['x5c', 'header_key'],
  ['crit', 'crit'],
  ['b64', 'crit'],
])

/**
 * Members that may stand in a header. Entra and AD FS send `x5t`, `x5t#S256` beside or for `kid`:
 * fingerprints, read by nobody here. RFC 7515 section 4 would ignore any other; a gate does not,
 * which also closes it to `cty` (a nested token) and `zip`.
 */
const ALLOWED: ReadonlySet<string> = new Set(['alg', 'kid', 'typ', 'x5t', 'x5t#S256'])

/**
 * The one media type, in any case (RFC 7515 section 4.1.9). `at+jwt`, `logout+jwt`, `secevent+jwt`
 * and their like say that the token was made for another purpose than telling who calls; explicit
 * types exist so that it is refused here (RFC 8725 section 3.11).
 */
const TYP = /^jwt$/i

/**
 * Printable ASCII without quotes, backslash or two dots in a row: base64, base64url, UUIDs, URLs
 * and resource names pass. A kid is only ever compared; one that could be more asks for no key.
 */
const KID = /^(?!.*\.\.)[!#-&(-[\]-~]{1,256}$/

/** Reads the members of a protected header. Throws `Refusal`: `header`, `json_duplicate`, `crit`. */
export function parseHeader(bytes: Uint8Array): Claims {
  return parseStrictObject(bytes, HEADER_RULES)
}

/**
 * Judges a protected header by an allow-list (RFC 8725 sections 3.1, 3.10 and 3.11). Throws
 * `Refusal`: `header`, `header_key`, `crit`, `alg`, `kid`.
 */
export function judgeHeader(members: Claims): Header {
  for (const name of Object.keys(members)) {
    const reason = REFUSED.get(name)
    if (reason !== undefined) throw new Refusal(reason, { detail: `${name} in the header` })
    if (!ALLOWED.has(name)) throw new Refusal('header', { detail: 'an unknown header member' })
  }
  const { typ, alg, kid } = members
  if (typ !== undefined && !(typeof typ === 'string' && TYP.test(typ))) {
    throw new Refusal('header', { detail: 'typ is not JWT' })
  }
  if (typeof alg !== 'string') throw new Refusal('header', { detail: 'alg is not a string' })
  if (alg !== 'RS256' && alg !== 'ES256') {
    throw new Refusal('alg', { detail: 'alg is neither RS256 nor ES256' })
  }
  if (kid !== undefined && !(typeof kid === 'string' && KID.test(kid) && kid !== '__proto__')) {
    throw new Refusal('kid', { detail: 'not a possible kid' })
  }
  return { algorithm: alg, kid }
}
