/** Tells a journey to a person, on a terminal or in a file. */
export interface Narrator {
  readonly title: (text: string) => void
  /** A step, numbered. */
  readonly hop: (text: string) => void
  readonly sends: (text: string) => void
  readonly gets: (status: number, text: string) => void
  readonly fact: (name: string, value: string) => void
  readonly line: (text: string) => void
}

/** Whether colours may be used: on a terminal, unless `NO_COLOR` is set to anything. */
export function mayColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && (environment['NO_COLOR'] ?? '') === ''
}

/** A narrator that writes lines. */
export function createNarrator(write: (line: string) => void, colours: boolean): Narrator {
  const paint = (code: number) => (text: string) =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text
  const [bold, dim, green, red] = [paint(1), paint(2), paint(32), paint(31)]
  let hops = 0
  return {
    title: (text) => write(bold(text)),
    hop: (text) => {
      hops += 1
      write('')
      write(bold(`${hops}. ${text}`))
    },
    sends: (text) => write(`   -> ${text}`),
    gets: (status, text) => {
      const colour = status < 400 ? green : red
      write(`   <- ${colour(String(status))} ${text}`)
    },
    fact: (name, value) => write(`      ${dim(name.padEnd(9))} ${value}`),
    line: (text) => write(`   ${text}`),
  }
}

/** The beginning of a token and its length: enough to tell tokens apart, too little to use one. */
export function shortened(token: string): string {
  return `${token.slice(0, 12)}… (${token.length} characters)`
}
