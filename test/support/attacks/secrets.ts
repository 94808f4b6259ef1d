/** A part of a token shorter than this may stand somewhere by chance. */
const TELLING = 16

/** Google's opaque tokens. */
const GOOGLE_TOKEN = /ya29\.[\w.-]{8}/
/** What may be the start of a JWT: `{"` in base64url. */
const JSON_START = /(?<![\w-])eyJ[\w-]{13,}/g
/** What a JSON object begins with; random characters hardly ever do. */
const JSON_TEXT = /^\{"[\x20-\x7e]{6}/

/** The parts of a token that must stand in no output; of a JWT its header tells nothing. */
export function tellingParts(token: string): readonly string[] {
  const [, ...rest] = token.split('.')
  const parts = rest.length === 0 ? [token] : rest
  return parts.filter((part) => part.length >= TELLING && part.length < 20_000)
}

/** The first 24 characters of anything in `text` that looks like a token, whoever made it. */
export function tokenLikes(text: string): readonly string[] {
  const jwts = (text.match(JSON_START) ?? []).filter((run) =>
    JSON_TEXT.test(Buffer.from(run, 'base64url').toString('latin1')),
  )
  return [...(GOOGLE_TOKEN.exec(text) ?? []), ...jwts].map((found) => found.slice(0, 24))
}

/** How many of `tokens` stand in `text`, whole or by a telling part, percent-encoded or not. */
export function tokensIn(text: string, tokens: Iterable<string>): number {
  let found = 0
  for (const token of tokens)
    if (tellingParts(token).some((part) => text.includes(part))) found += 1
  return found
}
