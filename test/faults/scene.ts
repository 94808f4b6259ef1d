import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BureauProcess } from '../../deploy/local/bureau-process.ts'
import {
  startIdentityProvider,
  type IdentityProvider,
  type IdentityProviderOptions,
} from '../../deploy/local/idp/identity-provider.ts'
import { startStack, type Stack } from '../../deploy/local/stack.ts'
import { openAuditKey, type AuditKey } from '../../shared/audit/key.ts'
import { createClient, type Client } from './client.ts'
import { openClocks, type Clocks } from './clock.ts'
import type { Rules } from '../oracle/rules.ts'
import { rulesOf } from './judgement.ts'
import { createOrders, type Orders } from './orders.ts'
import { createRecordBook, type RecordBook } from './records.ts'
import type { Seeded } from './seeded.ts'
import { createTenants, policyOf, type Tenant, type Variant } from './tenants.ts'

/** How a scene differs from the usual one. */
export interface SceneOptions {
  /** 4 by default. */
  readonly tenants?: number
  /** Settings over the usual ones; `DIRECTORY` in a value becomes the scene's directory. */
  readonly env?: Readonly<Record<string, string>>
  readonly identityProvider?: Pick<IdentityProviderOptions, 'keysAhead' | 'keysBehind'>
  /** The policies that are in force at one time or another; the tenants' first accounts by default. */
  readonly policies?: readonly Variant[]
  /** Settings that put an agent of its own into the bureau's process. */
  readonly agents?: Readonly<Record<string, string>>
  /** Where the lines of records are read once the scene is closed; left out: the log, as it comes. */
  readonly records?: (scene: Pick<Scene, 'store'>) => readonly string[]
}

/** The chain on loopback, a client of it, and everything that either has put out. */
export interface Scene {
  readonly google: Stack['google']
  readonly bureau: BureauProcess
  /** The bureau's settings, for another process. */
  readonly env: Readonly<Record<string, string>>
  readonly policyFile: string
  readonly tenants: readonly Tenant[]
  /** The policies that were in force at one time or another, for the judge. */
  readonly rules: () => readonly Rules[]
  readonly idp: () => IdentityProvider
  /** Another identity provider at the same address, with other keys; the one before must be closed. */
  readonly replaceIdp: () => Promise<void>
  readonly clocks: Clocks
  readonly orders: Orders
  readonly client: Client
  readonly auditKey: AuditKey
  /** `audit.sqlite`, where a sink writes it. */
  readonly store: string
  /** The records: those of the log as they come, others once the scene is closed. */
  readonly book: RecordBook
  /** Lines of output of any process of the bureau. */
  readonly output: readonly string[]
  /** The lines in which records stand, others among them. */
  readonly log: () => readonly string[]
  /** Takes a line of output of another process. */
  readonly takeLine: (line: string) => void
  /** Stops the bureau, then everything; what was put out can be read until {@link Scene.forget}. */
  readonly close: () => Promise<void>
  readonly forget: () => Promise<void>
}

/** Starts a scene; where that fails, nothing is left of it. */
export async function startScene(random: Seeded, options: SceneOptions = {}): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'token-bureau-faults-'))
  const clocks = await openClocks()
  try {
    return await openScene(directory, clocks, random, options)
  } catch (error) {
    clocks.close()
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

async function openScene(
  directory: string,
  clocks: Clocks,
  random: Seeded,
  options: SceneOptions,
): Promise<Scene> {
  const store = join(directory, 'audit.sqlite')
  const tenants = createTenants(options.tenants ?? 4)
  const book = createRecordBook()
  const output: string[] = []
  let kept: readonly string[] = output
  const { records } = options
  const takeLine = (line: string): void => {
    output.push(line)
    if (records === undefined) book.take(line)
  }
  const { NODE_OPTIONS = '', ...agents } = options.agents ?? {}
  const env = Object.entries({
    RATE_LIMIT_PER_MINUTE: '1000000',
    ...clocks.env,
    NODE_OPTIONS: `${clocks.env.NODE_OPTIONS} ${NODE_OPTIONS}`,
    ...agents,
    ...options.env,
  })
  const idpOptions = { now: clocks.identityProvider, ...options.identityProvider }
  const stack = await startStack({
    policy: policyOf(tenants),
    env: Object.fromEntries(
      env.map(([name, value]) => [name, value.replaceAll('DIRECTORY', directory)]),
    ),
    identityProvider: idpOptions,
    googleNow: clocks.google,
    google: (side) => ({
      ...side,
      // Google's own look-ups of keys are not what breaks here.
      providers: (side.providers ?? []).map((each) => ({
        ...each,
        jwksUri: `${new URL(each.issuer).origin}/_double/keys`,
      })),
      accounts: (side.accounts ?? []).flatMap((each) => [each, otherAccountOf(each)]),
    }),
    output: { keepOutput: false, onLine: takeLine },
  })
  let idp = stack.idp
  const client = createClient(stack.bureau.url, clocks.bureau)
  const orders = createOrders(() => idp, clocks.identityProvider, tenants, random)
  const auditKey = openAuditKey(await readFile(stack.env['AUDIT_KEY_FILE'] ?? ''))

  return {
    google: stack.google,
    bureau: stack.bureau,
    env: stack.env,
    policyFile: stack.policyFile,
    tenants,
    rules: () =>
      (options.policies ?? ['account']).map((variant) =>
        rulesOf(tenants, variant, orders.keys(), idp.issuerOf),
      ),
    idp: () => idp,
    async replaceIdp() {
      idp = await startIdentityProvider({ ...idpOptions, port: Number(new URL(idp.url).port) })
    },
    clocks,
    orders,
    client,
    auditKey,
    store,
    book,
    output,
    log: () => kept,
    takeLine,
    async close() {
      await client.close()
      await stack.close()
      await idp.close()
      clocks.close()
      if (records === undefined) return
      kept = records({ store })
      for (const line of kept) book.take(line)
    },
    forget: () => rm(directory, { recursive: true, force: true }),
  }
}

/** The account that the second policy leads to, bound as the first one is. */
function otherAccountOf<Account extends { readonly email: string; readonly uniqueId: string }>(
  account: Account,
): Account {
  const email = account.email.replace('@', '-other@')
  return { ...account, email, uniqueId: `2${account.uniqueId.slice(1)}` }
}
