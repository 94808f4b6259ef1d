import type { Terminal } from './terminal.ts'

/** How a command ends: all well, something was found, or it was called wrongly. */
export type ExitCode = 0 | 1 | 2

/** One option of a command, as `--help` lists it. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** What stands for the value in `--help`, such as FILE. */
  readonly value?: string
  readonly description: string
}

/** What a command was called with: options by name, then the rest in order. */
export interface Call {
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}

/** One command of `bureau`. `--help` and `--json` are every command's. */
export interface Command {
  /** What `--help` says of it, a sentence or two. */
  readonly description: string
  /** Names of the positional arguments; one in brackets may be left out. */
  readonly positionals: readonly string[]
  readonly options: Readonly<Record<string, CommandOption>>
  /** Lines of examples, without the prompt. */
  readonly examples: readonly string[]
  readonly run: (call: Call, terminal: Terminal) => Promise<ExitCode>
}

/** A command in the table of all of them; its code is loaded when it is called. */
export interface CommandEntry {
  /** One or two words: `keys`, `policy check`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly load: () => Promise<Command>
}

/** A command that was called wrongly: the message is for the person, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The value of a string option, if given. */
export function textOption({ options }: Call, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
