import assert from 'node:assert/strict'

/** Starts of Google's opaque tokens, and of every JWT: `{"` in base64url. */
const TOKEN = /ya29\.|\beyJ[\w-]{10,}/

/**
 * Asserts that no token stands in any of the lines: none of `tokens`, no part of one (a JWT's
 * signature for one), and nothing that looks like one.
 */
export function assertNoToken(lines: readonly string[], tokens: readonly string[] = []): void {
  const parts = tokens.flatMap((token) => [token, ...token.split('.')]).filter(isTelling)
  for (const line of lines) {
    assert.doesNotMatch(line, TOKEN)
    for (const part of parts) assert.ok(!line.includes(part), `a line holds part of a token`)
  }
}

/** Short parts, such as the `ya29` of a token, may stand anywhere by chance. */
function isTelling(part: string): boolean {
  return part.length >= 16
}
