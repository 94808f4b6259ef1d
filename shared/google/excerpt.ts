/** Characters of an excerpt, and of one word in it, at most. */
const LENGTH = 200
const WORD = 100

/** Parts of tokens: JSON in base64url, Google's access tokens, and any long run of base64. */
const TOKEN_LIKE = /eyJ[\w.-]*|ya29\.[\w.-]*|[\w+=-]{32,}/g

/**
 * One short line of what an upstream said, for the record: control and foreign characters gone,
 * whatever looks like a token replaced, and each of `sent` wherever it is quoted back.
 */
export function excerpt(text: string, sent: readonly string[]): string {
  const quoted = sent.reduce((line, token) => line.replaceAll(token, '[removed]'), text)
  return quoted
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(TOKEN_LIKE, '[removed]')
    .replace(/\S+/g, (word) => (word.length > WORD ? `${word.slice(0, WORD)}...` : word))
    .slice(0, LENGTH)
}
