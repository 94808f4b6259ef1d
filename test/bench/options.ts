import { parseArgs } from 'node:util'

/** What `npm run bench` was asked for. */
export interface BenchOptions {
  readonly rounds: number
  /** Names of figures; undefined: all. */
  readonly only: ReadonlySet<string> | undefined
  readonly json: boolean
}

/** The names that `--only` takes, and what they measure. */
export const FIGURES: ReadonlyMap<string, string> = new Map([
  ['floor', 'CPU of a token over node:http, node:crypto and undici alone'],
  ['obvious', 'CPU of a token over framework, jose, zod, google-auth-library'],
  ['distance', 'p50 with Google 40 ms away over two direct calls'],
  ['tail', 'p99 over the obvious build'],
  ['refusal', 'CPU of a forged token over a token exchange of oidc-provider'],
  ['start', 'first token over first answer of an empty function'],
  ['memory', 'resident memory after 20,000 tokens over 80 connections'],
  ['grants', 'CPU of a token under 10,000 grants of 1,000 providers over 10 of 1'],
  ['length', 'CPU of a token of 8 KB over one of 1 KB'],
  ['limited', 'CPU of a 429 over a token'],
  ['idle', 'new connections to Google after 6 s of nothing'],
  ['policy', 'loading 10,000 grants, and deciding under them, without HTTP'],
])

const ROUNDS = { least: 1, usual: 7, most: 100 } as const

/** What `npm run bench` prints for `--help`. */
export const HELP = `Usage: npm run bench -- [--rounds N] [--only NAME,...] [--json]

Measures the bundled bureau beside yardsticks, round after round, and compares
medians of paired rounds with their limits; exit 1 where one is past its limit.
About three minutes.

  --rounds N     rounds, ${ROUNDS.usual} by default; fewer than 5 say little
  --only NAMES   some of the figures
  --json         the figures as JSON

Figures:
${[...FIGURES].map(([name, what]) => `  ${name.padEnd(13)}${what}`).join('\n')}
`

/** Reads the words after the command. Throws `Error` with one line. */
export function benchOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: String(ROUNDS.usual) },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < ROUNDS.least || rounds > ROUNDS.most) {
    throw new Error(`--rounds must be a whole number from ${ROUNDS.least} to ${ROUNDS.most}`)
  }
  const only = values.only?.split(',').map((name) => name.trim())
  const unknown = only?.find((name) => !FIGURES.has(name))
  if (unknown !== undefined) throw new Error(`--only: no figure is called '${unknown}', see --help`)
  return { rounds, only: only && new Set(only), json: values.json }
}
