import { openAuditKey } from '../shared/audit/key.ts'
import { knownAccounts } from '../shared/console/known-accounts.ts'
import type { Sources } from '../shared/console/sources.ts'
import { sqliteRuns } from '../shared/console/verification/sqlite-run.ts'
import {
  createVerification,
  NO_VERIFICATION,
  type Verification,
} from '../shared/console/verification/verification.ts'
import { openStore, sqlitePath } from './audit-store.ts'
import { mounted } from './mounted.ts'
import type { ConsoleSettings } from './settings.ts'

/**
 * Opens what the console reads from. Throws `SettingsError`, or `Error` with one line, where a
 * setting names something that cannot be used.
 */
export async function openSources(settings: ConsoleSettings, now: () => number): Promise<Sources> {
  const keyFile = await mounted('AUDIT_KEY_FILE', settings.AUDIT_KEY_FILE)
  const key = keyFile === undefined ? undefined : openAuditKey(keyFile)
  const store = openStore(settings.AUDIT_STORE)
  return {
    store,
    key,
    verification: verificationOf(settings.AUDIT_STORE, key?.signer?.publicKey, now),
    accounts: knownAccounts(store, now),
    project: settings.GOOGLE_CLOUD_PROJECT,
    storeName: sqlitePath(settings.AUDIT_STORE) === undefined ? undefined : settings.AUDIT_STORE,
  }
}

function verificationOf(
  name: string,
  publicKey: string | undefined,
  now: () => number,
): Verification {
  const path = sqlitePath(name)
  return path === undefined
    ? NO_VERIFICATION
    : createVerification(sqliteRuns(path, publicKey, now), now)
}
