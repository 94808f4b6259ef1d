/** Seconds that a hint may ask for, at most: an absurd one must not park callers for ever. */
const LONGEST = 3_600

/**
 * Seconds that a `Retry-After` header asks to wait, from 1 to 3,600; both of its forms, a number of
 * seconds and a date (RFC 9110 section 10.2.3). Undefined where it asks for no wait or cannot be
 * read. `now` in milliseconds since the epoch.
 */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  const seconds = /^\d{1,10}$/.test(text)
    ? Number(text)
    : text.endsWith(' GMT')
      ? Math.ceil((Date.parse(text) - now) / 1_000)
      : 0
  return seconds > 0 ? Math.min(seconds, LONGEST) : undefined
}
