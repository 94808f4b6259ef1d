import { startBureau, type BureauOptions, type BureauProcess } from './bureau-process.ts'
import { freePort } from './free-port.ts'
import { LOCAL_OPERATOR } from './google/sign-in.ts'

/** What a private function of a local stack reads and trusts. */
export interface OperatorOptions {
  /** 0: any free one. */
  readonly port: number
  /** The SQLite file that the bureau writes. */
  readonly store: string
  readonly auditKeyFile: string
  readonly googleUrl: string
  /** More settings; but for `AUDIT_STORE`, those of an operator's function go over them. */
  readonly env?: Readonly<Record<string, string>>
  readonly output?: Pick<BureauOptions, 'onLine' | 'keepOutput'>
}

/**
 * Starts a private function, which lets the local operator in, over a store that exists. Rejects as
 * `startBureau` does.
 */
export async function startForOperators(
  target: 'console' | 'explain',
  { store, auditKeyFile, googleUrl, env, output, ...options }: OperatorOptions,
): Promise<BureauProcess> {
  const port = await freePort(options.port)
  return startBureau({
    target,
    port,
    env: {
      AUDIT_STORE: `sqlite:${store}`,
      ...env,
      AUDIT_KEY_FILE: auditKeyFile,
      OPERATORS: LOCAL_OPERATOR,
      GOOGLE_CERTS_URL: `${googleUrl}/oauth2/v3/certs`,
      ALLOW_LOOPBACK: '1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      TRUSTED_HOPS: '0',
    },
    ...output,
  })
}
