import { utf8 } from './json.ts'
import { no } from './verdict.ts'

const MOST = 64
const SPACE = 0x20
const PERCENT = 0x25
const PLUS = 0x2b

/**
 * The fields of an `application/x-www-form-urlencoded` body in their order (WHATWG URL section 5.1,
 * without its repairs).
 */
export function formFields(body: Uint8Array): readonly (readonly [string, string])[] {
  const pieces = utf8(body).split('&')
  if (pieces.length > MOST) no('too many fields')
  return pieces
    .filter((piece) => piece.length > 0)
    .map((piece) => {
      const at = piece.includes('=') ? piece.indexOf('=') : piece.length
      return [plain(piece.slice(0, at)), plain(piece.slice(at + 1))]
    })
}

/** Percent-decoding by hand: bytes first, then UTF-8. */
function plain(text: string): string {
  if (!/[%+]/.test(text)) return text
  const written = new TextEncoder().encode(text)
  const bytes = new Uint8Array(written.length)
  let length = 0
  for (let at = 0; at < written.length; at += 1) {
    let byte = written[at] ?? 0
    if (byte === PLUS) byte = SPACE
    else if (byte === PERCENT) {
      const digits = String.fromCharCode(written[at + 1] ?? 0, written[at + 2] ?? 0)
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) no('bad percent-encoding')
      byte = Number.parseInt(digits, 16)
      at += 2
    }
    bytes[length] = byte
    length += 1
  }
  return utf8(bytes.subarray(0, length))
}
