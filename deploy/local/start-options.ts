import { parseArgs } from 'node:util'

/** The ports of `npm start`. */
export interface Ports {
  readonly bureau: number
  readonly identityProvider: number
  readonly google: number
}

/** What `npm start` prints for `--help`. */
export const START_HELP = `Usage: npm start -- [--port N] [--idp-port N] [--google-port N]

Runs the bureau with an identity provider and a double of Google on 127.0.0.1
until Ctrl-C. A port of 0 is any free one.

  --port N         the bureau               (BUREAU_PORT, default 8080)
  --idp-port N     the identity provider    (IDP_PORT,    default 8081)
  --google-port N  the double of Google     (GOOGLE_PORT, default 8082)
  --help           this text
`

/** Flags, then the environment, then the defaults. Throws `Error` with one line. */
export function startOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Ports | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      'idp-port': { type: 'string' },
      'google-port': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return 'help'
  const port = (flag: 'port' | 'idp-port' | 'google-port', variable: string, otherwise: number) => {
    const flagged = values[flag]
    const fromVariable = environment[variable] || undefined
    const text = flagged ?? fromVariable ?? String(otherwise)
    const number = Number(text)
    if (/^[0-9]{1,5}$/.test(text) && number <= 65_535) return number
    const name = flagged === undefined ? variable : `--${flag}`
    throw new Error(`${name} must be a port from 0 to 65535`)
  }
  return {
    bureau: port('port', 'BUREAU_PORT', 8080),
    identityProvider: port('idp-port', 'IDP_PORT', 8081),
    google: port('google-port', 'GOOGLE_PORT', 8082),
  }
}
