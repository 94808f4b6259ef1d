import type { Command, CommandEntry, CommandOption } from './command.ts'

/** What every command takes. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', description: 'Answer in JSON, for programs.' },
  help: { type: 'boolean', description: 'Show this.' },
} as const satisfies Readonly<Record<string, CommandOption>>

/** The list of commands; of one group where `group` is given. */
export function listing(entries: readonly CommandEntry[], group?: string): string {
  const shown = entries.filter(({ name }) => group === undefined || name.startsWith(`${group} `))
  const rows = shown.map(({ name, summary }) => [`bureau ${name}`, summary] as const)
  return [
    `Usage: bureau ${group ?? 'GROUP'} COMMAND [OPTIONS]`,
    '',
    ...columns(rows),
    '',
    'bureau COMMAND --help says more. Exit codes: 0 all well, 1 something was found, 2 called wrongly.',
  ].join('\n')
}

/** The help of one command. */
export function helpOf(name: string, command: Command): string {
  const options: Readonly<Record<string, CommandOption>> = { ...command.options, ...COMMON_OPTIONS }
  const rows = Object.entries(options).map(
    ([option, { value, description }]) =>
      [`--${option}${value === undefined ? '' : ` ${value}`}`, description] as const,
  )
  return [
    `Usage: ${usageOf(name, command)}`,
    '',
    ...wrapped(command.description),
    '',
    'Options:',
    ...columns(rows),
    ...(command.examples.length === 0 ? [] : ['', 'Examples:']),
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n')
}

/** `bureau policy check FILE [OPTIONS]`. */
export function usageOf(name: string, { positionals }: Command): string {
  return ['bureau', name, ...positionals, '[OPTIONS]'].join(' ')
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= 90) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
