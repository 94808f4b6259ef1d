import { openAuditKey } from '../shared/audit/key.ts'
import { knownAccounts } from '../shared/console/known-accounts.ts'
import type { Sources } from '../shared/console/sources.ts'
import { bigQueryRuns } from '../shared/console/verification/bigquery-run.ts'
import { sqliteRuns } from '../shared/console/verification/sqlite-run.ts'
import {
  createVerification,
  type Verification,
} from '../shared/console/verification/verification.ts'
import { openStore, type OpenedStore } from './audit-store.ts'
import { mounted } from './mounted.ts'
import { notice } from './notice.ts'
import type { ConsoleSettings } from './settings.ts'

const NO_KEY =
  'AUDIT_KEY_FILE is not set: tokens cannot be looked up, signatures of checkpoints are not verified'

/** How often a store is verified, in milliseconds: BigQuery has its price, however often one clicks. */
const PACE = {
  sqlite: { recent: 600_000, apart: 0 },
  bigquery: { recent: 3_600_000, apart: 60_000 },
}

/**
 * Opens what the console reads from. Throws `SettingsError`, or `Error` with one line, where a
 * setting names something that cannot be used.
 */
export async function openSources(settings: ConsoleSettings, now: () => number): Promise<Sources> {
  const keyFile = await mounted('AUDIT_KEY_FILE', settings.AUDIT_KEY_FILE)
  const key = keyFile === undefined ? undefined : openAuditKey(keyFile)
  if (key === undefined) notice('NOTICE', NO_KEY)
  const opened = openStore(settings)
  return {
    store: opened.store,
    key,
    verification: verificationOf(opened, key?.signer?.publicKey, now),
    accounts: knownAccounts(opened.store, now),
    project: settings.GOOGLE_CLOUD_PROJECT,
    storeName: settings.AUDIT_STORE,
    policyWords: [
      settings.POLICY_FILE ?? 'policy.yaml',
      ...(settings.ALLOW_LOOPBACK ? ['--allow-loopback'] : []),
    ],
  }
}

function verificationOf(
  opened: OpenedStore,
  publicKey: string | undefined,
  now: () => number,
): Verification {
  const runs =
    opened.kind === 'sqlite'
      ? sqliteRuns(opened.path, publicKey, now)
      : bigQueryRuns(opened.store, publicKey, now)
  return createVerification(runs, PACE[opened.kind], now)
}
