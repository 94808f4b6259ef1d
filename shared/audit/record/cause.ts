/** Errors underneath errors that are told, at most. */
const DEEPEST = 3
// A library's message may quote what it was given: runs of characters as long as a token's parts go.
const LONG_RUN = /[\w.+=-]{48,}/g

/** The errors underneath a refusal in one line: names, codes and messages, never a stack. */
export function describeCause(cause: unknown): string | undefined {
  const told: string[] = []
  let current = cause
  while (current !== undefined && current !== null && told.length < DEEPEST) {
    told.push(describe(current).replace(LONG_RUN, '[long]'))
    current = current instanceof Error ? current.cause : undefined
  }
  return told.length === 0 ? undefined : told.join(' < ')
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `a thrown ${typeof thrown}`
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` ${thrown.code}` : ''
  return `${thrown.name}${code}: ${thrown.message}`
}
