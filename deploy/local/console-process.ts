import { startBureau, type BureauOptions, type BureauProcess } from './bureau-process.ts'
import { freePort } from './free-port.ts'
import { LOCAL_OPERATOR, signInLink } from './google/sign-in.ts'

/** What the console of a local stack reads and trusts. */
export interface ConsoleOptions {
  /** 0: any free one. */
  readonly port: number
  /** The SQLite file that the bureau writes. */
  readonly store: string
  readonly auditKeyFile: string
  readonly googleUrl: string
  /** Settings over these. */
  readonly env?: Readonly<Record<string, string>>
  readonly output?: Pick<BureauOptions, 'onLine' | 'keepOutput'>
}

/** The console's process, ready, and the way in. */
export interface ConsoleProcess extends BureauProcess {
  /** Opens the console for the local operator. */
  readonly signInLink: string
}

/** Starts the console over a store that exists. Rejects as `startBureau` does. */
export async function startConsole(options: ConsoleOptions): Promise<ConsoleProcess> {
  const { store, auditKeyFile, googleUrl, output } = options
  const port = await freePort(options.port)
  const url = `http://127.0.0.1:${port}`
  const process = await startBureau({
    target: 'console',
    port,
    env: {
      AUDIT_STORE: `sqlite:${store}`,
      AUDIT_KEY_FILE: auditKeyFile,
      OPERATORS: LOCAL_OPERATOR,
      GOOGLE_CERTS_URL: `${googleUrl}/oauth2/v3/certs`,
      ALLOW_LOOPBACK: '1',
      PUBLIC_URL: url,
      TRUSTED_HOPS: '0',
      ...options.env,
    },
    ...output,
  })
  return { ...process, signInLink: signInLink(googleUrl, `${url}/`) }
}
