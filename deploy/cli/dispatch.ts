import { parseArgs } from 'node:util'
import { UsageError, type Command, type CommandEntry, type ExitCode } from './command.ts'
import { COMMON_OPTIONS, helpOf, listing, usageOf } from './help.ts'
import { withoutTokens } from './secret-input.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs the command that `args` name: one word or two, then its options and arguments. A wrong call is
 * answered on the terminal with what is wrong and how it is right; other errors are thrown.
 */
export async function dispatch(
  entries: readonly CommandEntry[],
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first = '', second = ''] = args
  const entry = entries.find(({ name }) => name === `${first} ${second}` || name === first)
  if (entry === undefined) return answerWithoutCommand(entries, args, terminal)
  const { name } = entry
  const command = await entry.load()
  try {
    const call = parse(command, args.slice(name.split(' ').length))
    if (call.options['help'] === true) {
      terminal.line(helpOf(name, command))
      return 0
    }
    refuseCount(command, call.positionals)
    return await command.run(call, terminal)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.note(`bureau ${name}: ${withoutTokens(error.message)}`)
    terminal.note(`Usage: ${usageOf(name, command)}, see bureau ${name} --help`)
    return 2
  }
}

function answerWithoutCommand(
  entries: readonly CommandEntry[],
  [first, second]: readonly string[],
  terminal: Terminal,
): ExitCode {
  if (first === undefined) {
    terminal.note(listing(entries))
    return 2
  }
  if (HELP.has(first)) {
    terminal.line(listing(entries))
    return 0
  }
  const group = entries.some(({ name }) => name.startsWith(`${first} `)) ? first : undefined
  if (group !== undefined && second !== undefined && HELP.has(second)) {
    terminal.line(listing(entries, group))
    return 0
  }
  const called = [first, ...(group === undefined ? [] : [second])].join(' ').trimEnd()
  if (called !== group)
    terminal.note(`bureau: there is no command ${withoutTokens(JSON.stringify(called))}`)
  terminal.note(listing(entries, group))
  return 2
}

const HELP = new Set(['--help', '-h', 'help'])

function parse(command: Command, args: readonly string[]) {
  const options = { ...command.options, ...COMMON_OPTIONS }
  const types = Object.entries(options).map(([name, { type }]) => [name, { type }] as const)
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    return { options: { ...values }, positionals }
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : 'wrong options')
  }
}

/** The parser's own message goes on to explain how an argument may begin with a dash. */
function firstSentence(message: string): string {
  return message.split(/\.\s|\n/)[0] ?? message
}

function refuseCount({ positionals }: Command, given: readonly string[]): void {
  const required = positionals.filter((name) => !name.startsWith('['))
  const missing = required[given.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing`)
  const extra = given[positionals.length]
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one argument too many`)
}
