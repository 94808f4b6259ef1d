import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openForWriting } from '../../shared/audit/store/sqlite/tables.ts'
import { startBureau, type BureauOptions, type BureauProcess } from './bureau-process.ts'
import { startConsole, type ConsoleProcess } from './console-process.ts'
import { freePort } from './free-port.ts'
import type { GoogleConfig } from './google/config.ts'
import { startGoogle, type Google } from './google/google.ts'
import { googleSideOf } from './google-side.ts'
import {
  startIdentityProvider,
  type IdentityProvider,
  type IdentityProviderOptions,
} from './idp/identity-provider.ts'
import { auditKeyBeside, writeAssertionKeys } from './key-files.ts'
import { startForOperators } from './operator-process.ts'

/** Where the policy file expects the identity provider. */
export const POLICY_IDP = 'http://127.0.0.1:8081'

/** How the stack starts; everything may be left out. */
export interface StackOptions {
  /** 0, or left out: any free one. */
  readonly ports?: {
    readonly bureau?: number
    readonly identityProvider?: number
    readonly google?: number
    /** Left out: no console is started. */
    readonly console?: number
    /** Left out: no `explain` function is started. */
    readonly explain?: number
  }
  /** The SQLite file of the audit, its key beside it; left out: one that goes with the stack. */
  readonly store?: string
  /** Settings over those of the stack; an empty one counts as not set. */
  readonly env?: Readonly<Record<string, string>>
  /** A policy's text; `http://127.0.0.1:8081` in it becomes the identity provider's address. */
  readonly policy?: string
  /** Changes Google's side, which is derived from the policy. */
  readonly google?: (derived: GoogleConfig) => GoogleConfig
  /** How the identity provider starts: its keys, its clock. */
  readonly identityProvider?: Omit<IdentityProviderOptions, 'port'>
  /** Google's clock, in milliseconds since the epoch. */
  readonly googleNow?: () => number
  /** What becomes of the bureau's output. */
  readonly output?: Pick<BureauOptions, 'onLine' | 'keepOutput'>
}

/** The whole chain on loopback: an identity provider, the bureau, the double of Google. */
export interface Stack {
  readonly idp: IdentityProvider
  readonly google: Google
  readonly bureau: BureauProcess
  /** The audit console, where its port was given. */
  readonly console: ConsoleProcess | undefined
  /** The function that explains decisions, where its port was given. */
  readonly explain: BureauProcess | undefined
  /** The policy file that the bureau reads; a test may write it anew. */
  readonly policyFile: string
  /** The bureau's settings, for a second process beside the first. */
  readonly env: Readonly<Record<string, string>>
  /** Stops everything, the bureau first, and gives how it ended. */
  readonly close: () => Promise<void>
}

/**
 * Starts the stack and waits until the bureau is ready. Rejects, with nothing left running, where a
 * port is taken (`PortInUse`), where the policy is wrong or where the bureau does not start.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { ports = {} } = options
  const undo: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const stop of undo.splice(0).toReversed()) await stop()
  }
  try {
    // A port in use is told before anything starts.
    for (const wanted of [ports.console ?? 0, ports.explain ?? 0]) await freePort(wanted)
    const port = await freePort(ports.bureau ?? 0)
    const directory = await mkdtemp(join(tmpdir(), 'token-bureau-'))
    undo.push(() => rm(directory, { recursive: true, force: true }))
    const idp = await startIdentityProvider({
      ...options.identityProvider,
      port: ports.identityProvider ?? 0,
    })
    undo.push(idp.close)

    const policy = (options.policy ?? (await localPolicy())).replaceAll(POLICY_IDP, idp.url)
    const policyFile = join(directory, 'policy.yaml')
    await writeFile(policyFile, policy)
    const derived = googleSideOf(policy, `http://127.0.0.1:${port}`)
    const config = options.google?.(derived) ?? derived
    const google = await startGoogle({
      port: ports.google ?? 0,
      config,
      ...(options.googleNow === undefined ? {} : { now: options.googleNow }),
    })
    undo.push(google.close)

    const store = options.store ?? join(directory, 'audit.sqlite')
    // First the store, so that what cannot be one gets no key beside it.
    openForWriting(store).close()
    const auditKeyFile = await auditKeyBeside(store)
    const env = {
      POLICY_FILE: policyFile,
      STS_URL: google.url,
      IAM_CREDENTIALS_URL: google.url,
      ALLOW_LOOPBACK: '1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      GCE_METADATA_HOST: new URL(google.url).host,
      HOME: directory,
      TRUSTED_HOPS: '0',
      AUDIT_KEY_FILE: auditKeyFile,
      ASSERTION_KEY_FILE: await writeAssertionKeys(directory),
      // Every sink: what was answered stands in the store that operators read.
      ...(ports.console === undefined && ports.explain === undefined
        ? {}
        : { AUDIT_SINKS: `stdout,sqlite:${store}`, AUDIT_REQUIRED: 'all' }),
      ...options.env,
    }
    const { output = {} } = options
    const bureau = await startBureau({ port, env, ...output })
    undo.push(bureau.stop)

    const reading = { store, auditKeyFile, googleUrl: google.url, output }
    const console =
      ports.console === undefined
        ? undefined
        : await startConsole({
            ...reading,
            port: ports.console,
            env: { POLICY_FILE: policyFile },
          })
    if (console !== undefined) undo.push(console.stop)
    const explain =
      ports.explain === undefined
        ? undefined
        : await startForOperators('explain', {
            ...reading,
            port: ports.explain,
            // Its records are log lines alone: the store holds the bureau's.
            env: { ...env, AUDIT_SINKS: 'stdout', AUDIT_REQUIRED: 'any' },
          })
    if (explain !== undefined) undo.push(explain.stop)
    return { idp, google, bureau, console, explain, policyFile, env, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The policy of the local stack. */
export function localPolicy(): Promise<string> {
  return readFile(new URL('policy.yaml', import.meta.url), 'utf8')
}
