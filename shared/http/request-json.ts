import type { Claims } from '../domain/claims.ts'
import { parseStrictObject, type JsonRules } from '../token/strict-json.ts'

/** Whatever is wrong with the JSON of a request, the request is malformed. */
const REASONS: JsonRules['reasons'] = {
  form: 'request',
  depth: 'request',
  size: 'request',
  duplicate: () => 'request',
  number: () => 'request',
}

/** The object in the JSON of a request, within these bounds. Throws `Refusal` `request`. */
export function parseRequestJson(bytes: Uint8Array, bounds: Omit<JsonRules, 'reasons'>): Claims {
  return parseStrictObject(bytes, { ...bounds, reasons: REASONS })
}
