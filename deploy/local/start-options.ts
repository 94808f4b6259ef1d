import { parseArgs } from 'node:util'

/** What `npm start` is told. */
export interface StartOptions {
  readonly ports: Ports
  /** The audit's SQLite file; undefined: one that goes with the stack. */
  readonly store: string | undefined
}

/** The ports of `npm start`. */
export interface Ports {
  readonly bureau: number
  readonly identityProvider: number
  readonly google: number
  readonly console: number
  readonly explain: number
}

/** What `npm start` prints for `--help`. */
export const START_HELP = `Usage: npm start -- [--port N] [--idp-port N] [--google-port N]
                    [--console-port N] [--explain-port N] [--store PATH]

Runs the bureau, its audit console and its explain function with an identity
provider and a double of Google on 127.0.0.1 until Ctrl-C. A port of 0 is any
free one.

  --port N          the bureau               (BUREAU_PORT,  default 8080)
  --idp-port N      the identity provider    (IDP_PORT,     default 8081)
  --google-port N   the double of Google     (GOOGLE_PORT,  default 8082)
  --console-port N  the audit console        (CONSOLE_PORT, default 8083)
  --explain-port N  why was it decided so    (EXPLAIN_PORT, default 8084)
  --store PATH      keep the audit in this SQLite file, its key in PATH.key; a
                    store that npm run seed filled shows in the console
  --help            this text
`

type PortFlag = 'port' | 'idp-port' | 'google-port' | 'console-port' | 'explain-port'

/** A call that is wrong, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Flags, then the environment, then the defaults. Throws {@link UsageError}. */
export function startOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StartOptions | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const port = (flag: PortFlag, variable: string, otherwise: number) => {
    const flagged = values[flag]
    const fromVariable = environment[variable] || undefined
    const text = flagged ?? fromVariable ?? String(otherwise)
    const number = Number(text)
    if (/^[0-9]{1,5}$/.test(text) && number <= 65_535) return number
    const name = flagged === undefined ? variable : `--${flag}`
    throw new UsageError(`${name} must be a port from 0 to 65535`)
  }
  return {
    ports: {
      bureau: port('port', 'BUREAU_PORT', 8080),
      identityProvider: port('idp-port', 'IDP_PORT', 8081),
      google: port('google-port', 'GOOGLE_PORT', 8082),
      console: port('console-port', 'CONSOLE_PORT', 8083),
      explain: port('explain-port', 'EXPLAIN_PORT', 8084),
    },
    store: values.store,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'idp-port': { type: 'string' },
        'google-port': { type: 'string' },
        'console-port': { type: 'string' },
        'explain-port': { type: 'string' },
        store: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return values
  } catch (error) {
    // The parser's message goes on to explain how an argument may begin with a dash.
    const [first = 'wrong options'] = (error as Error).message.split(/\.\s|\n/)
    throw new UsageError(first)
  }
}
