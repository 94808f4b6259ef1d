import type { Claims } from '../domain/claims.ts'
import { parseStrictObject, type JsonRules } from './strict-json.ts'

/** NumericDate claims: a number that is no time is refused as one. */
const TIMES: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf'])

/**
 * Room for any real token: Kubernetes nests 3 levels, GitHub sends some 30 claims, Entra up to 200
 * groups. The expressions that read the claims rely on these limits.
 */
const PAYLOAD_RULES: JsonRules = {
  maxDepth: 32,
  maxMembers: 512,
  maxItems: 1000,
  reasons: {
    form: 'claims',
    depth: 'claims_depth',
    size: 'claims_size',
    duplicate: () => 'json_duplicate',
    number: (member) => (TIMES.has(member) ? 'time' : 'claims'),
  },
}

/**
 * Reads the claims of a token (RFC 7519 section 4), nothing proved yet. Throws `Refusal`: `claims`,
 * `claims_depth`, `claims_size`, `json_duplicate`, `time`.
 */
export function parsePayload(bytes: Uint8Array): Claims {
  return parseStrictObject(bytes, PAYLOAD_RULES)
}
