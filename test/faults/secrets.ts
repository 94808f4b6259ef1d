/** Starts of Google's opaque tokens, and of every JWT: `{"` in base64url. */
const TOKEN = /ya29\.[\w-]{8}|\beyJ[\w-]{10}/
/** Runs of characters in which a token, or a part of one, may stand. */
const RUN = /[\w-]{20,}/g
/** A part of a token shorter than this may stand somewhere by chance. */
const TELLING = 20

/** Lines that hold a token or a telling part of one; what they hold is not told again. */
export function leaksIn(lines: readonly string[], tokens: ReadonlySet<string>): readonly string[] {
  const parts = new Set<string>()
  for (const token of tokens) {
    for (const part of token.split('.')) if (part.length >= TELLING) parts.add(part)
  }
  return lines.flatMap((line) => {
    const leaked = TOKEN.test(line) || (line.match(RUN) ?? []).some((run) => parts.has(run))
    return leaked ? [`a token stands in: ${line.slice(0, 60)}…`] : []
  })
}
