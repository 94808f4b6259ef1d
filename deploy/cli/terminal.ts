import { styleText } from 'node:util'

/** How a text is made to stand out. */
export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold'

/** Where a command writes to. */
export interface Terminal {
  /** Writes one line of the answer; what programs read. */
  readonly line: (text?: string) => void
  /** Writes the answer as JSON, indented. */
  readonly json: (value: unknown) => void
  /** Writes one line for the person beside the answer. */
  readonly note: (text: string) => void
  /** The text in a style; as it is where colours are not wanted. */
  readonly style: (style: Style, text: string) => string
}

/** What of a process a terminal needs. */
export interface TerminalProcess {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Colours only on a terminal, and not where `NO_COLOR` is set (https://no-color.org). */
export function openTerminal({ stdout, stderr, env }: TerminalProcess): Terminal {
  const noColour = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  const colours = stdout.isTTY === true && !noColour
  const line = (text = ''): void => void stdout.write(`${text}\n`)
  return {
    line,
    json: (value) => line(JSON.stringify(value, undefined, 2)),
    note: (text) => void stderr.write(`${text}\n`),
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  }
}
