/**
 * The headers of every answer: JSON that nobody keeps, sniffs, frames or runs, and that names
 * neither the server nor a version. No CORS header anywhere: browsers of other origins stay out.
 * `Pragma` is RFC 6749 section 5.1's.
 */
export const ANSWER_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000',
} as const
