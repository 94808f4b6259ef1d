/** A part of a token shorter than this may stand somewhere by chance. */
const TELLING = 16

/** The parts of a token that must stand in no output; of a JWT its header tells nothing. */
export function tellingParts(token: string): readonly string[] {
  const [, ...rest] = token.split('.')
  const parts = rest.length === 0 ? [token] : rest
  return parts.filter((part) => part.length >= TELLING && part.length < 20_000)
}
