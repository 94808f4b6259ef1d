import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startConsole, type ConsoleProcess } from '../../deploy/local/console-process.ts'
import { startGoogle, type Google } from '../../deploy/local/google/google.ts'
import { LOCAL_OPERATOR } from '../../deploy/local/google/sign-in.ts'
import { sqliteSink } from '../../shared/audit/sinks/sqlite.ts'
import { recordHistory, type Happening } from './audit-history.ts'
import { AUDIT_KEY } from './audit.ts'

/** A console over a store of its own, and the double of Google that signs its operators' tokens. */
export interface ConsoleWorld {
  readonly console: ConsoleProcess
  readonly google: Google
  /** The SQLite file that it reads. */
  readonly store: string
  /** A Google-signed ID token for the console; of the local operator where nobody is named. */
  readonly idToken: (claims?: Readonly<Record<string, unknown>>) => Promise<string>
  /** Fetches as the local operator, without following redirects. */
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>
  readonly post: (
    path: string,
    body: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>
  readonly close: () => Promise<void>
}

/** Records happenings in a store, a chain of their own. */
export async function storeHistory(
  store: string,
  happenings: readonly Happening[],
  close = true,
): Promise<void> {
  const sink = sqliteSink(store)
  await recordHistory(happenings, sink, close)
  if (!close) await sink.close()
}

/** Fills a store and starts a console over it, with more settings in `env`. */
export async function startConsoleWorld(
  fill: (store: string) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<ConsoleWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'console-'))
  const store = join(directory, 'audit.sqlite')
  const auditKeyFile = join(directory, 'audit.key')
  await writeFile(auditKeyFile, AUDIT_KEY)
  await fill(store)
  const google = await startGoogle({ config: {} })
  const console = await startConsole({ port: 0, store, auditKeyFile, googleUrl: google.url, env })

  const idToken = (claims: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const iat = Math.floor(Date.now() / 1000)
    return google.sign({
      iss: 'https://accounts.google.com',
      aud: console.url,
      sub: '100000000000000000001',
      email: LOCAL_OPERATOR,
      email_verified: true,
      iat,
      exp: iat + 3600,
      ...claims,
    })
  }
  const bearer = `Bearer ${await idToken()}`
  return {
    console,
    google,
    store,
    idToken,
    get: (path, headers = { authorization: bearer }) =>
      fetch(`${console.url}${path}`, { headers, redirect: 'manual' }),
    post: (path, body, headers = { authorization: bearer }) =>
      fetch(`${console.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(body),
        headers,
        redirect: 'manual',
      }),
    async close() {
      await console.stop()
      await google.close()
      await rm(directory, { recursive: true })
    },
  }
}
