import { Refusal } from '../domain/refusal.ts'

/** The parts of a JWS in compact serialization (RFC 7515 section 7.1), decoded but not yet judged. */
export interface CompactToken {
  readonly header: Uint8Array
  readonly payload: Uint8Array
  /**
   * The signature's last character carries bits that its bytes do not hold: the signature over the
   * rest can still be right, so such a token is a second spelling of another one.
   */
  readonly respelt: boolean
}

/** Bytes of a token, at most; the largest real ones carry some 200 groups. */
const MAX_TOKEN = 16 * 1024

/** The alphabet of RFC 4648 section 5, without padding. */
const ALPHABET = /^[A-Za-z0-9_-]*$/

/** What a last character may be where it carries 2 or 4 bits of the last byte, the others zero. */
const LAST_OF_TWO = /[AQgw]$/
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/

/**
 * Splits a compact JWS; the size is known to be bearable before anything is looked at. An empty
 * signature passes here, for the algorithm's rule to name. Throws `Refusal` `format`.
 */
export function parseCompact(token: string): CompactToken {
  if (token.length > MAX_TOKEN) throw malformed(`longer than ${MAX_TOKEN} bytes`)
  const [header, payload, signature, ...rest] = token.split('.')
  if (header === undefined || payload === undefined || signature === undefined) {
    throw malformed('fewer than three parts')
  }
  if (rest.length > 0) throw malformed(`${3 + rest.length} parts`)
  if (header === '' || payload === '') throw malformed('an empty part')
  const bytes = { header: decoded(header), payload: decoded(payload) }
  const respelt = decoded(signature).length > 0 && !isCanonical(signature)
  if (!isCanonical(header) || !isCanonical(payload)) throw malformed('base64url with unused bits')
  return { ...bytes, respelt }
}

/** Strict where Node's decoder is not: it takes both alphabets, padding, and skips anything else. */
function decoded(part: string): Uint8Array {
  if (!ALPHABET.test(part)) throw malformed('outside the base64url alphabet')
  if (part.length % 4 === 1) throw malformed('a length that base64url cannot have')
  return Buffer.from(part, 'base64url')
}

function isCanonical(part: string): boolean {
  switch (part.length % 4) {
    case 2:
      return LAST_OF_TWO.test(part)
    case 3:
      return LAST_OF_THREE.test(part)
    default:
      return true
  }
}

function malformed(detail: string): Refusal {
  return new Refusal('format', { detail })
}
