/** Seconds that a key set is fresh where the answer does not say. */
const DEFAULT_SECONDS = 600
const LEAST_SECONDS = 60
const MOST_SECONDS = 3_600

const MAX_AGE = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i
const UNKEPT = /(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])/i

/**
 * Seconds that an answer stays fresh: `max-age` less `Age` (RFC 9111 section 4.2), between 1 and 60
 * minutes; 10 minutes where nothing is said.
 */
export function freshSeconds(headers: {
  readonly 'cache-control'?: string | undefined
  readonly age?: string | undefined
}): number {
  const control = headers['cache-control'] ?? ''
  const maxAge = MAX_AGE.exec(control)?.[1]
  if (UNKEPT.test(control)) return LEAST_SECONDS
  if (maxAge === undefined) return DEFAULT_SECONDS
  const age = /^\d{1,10}$/.test(headers.age ?? '') ? Number(headers.age) : 0
  return Math.min(Math.max(Number(maxAge) - age, LEAST_SECONDS), MOST_SECONDS)
}
