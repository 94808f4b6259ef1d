import { openSqliteStore } from '../shared/audit/store/sqlite/sqlite-store.ts'
import type { AuditStore } from '../shared/audit/store/store.ts'
import { SettingsError } from './settings.ts'

/** Opens the store that `AUDIT_STORE` names. Throws `SettingsError`. */
export function openStore(name: string): AuditStore {
  const path = sqlitePath(name)
  if (path !== undefined) return openSqliteStore(path)
  throw new SettingsError('AUDIT_STORE must be sqlite:PATH or bigquery:PROJECT.DATASET.TABLE')
}

/** The path of an embedded store; undefined for any other. */
export function sqlitePath(name: string): string | undefined {
  return name.startsWith('sqlite:') ? name.slice('sqlite:'.length) : undefined
}
