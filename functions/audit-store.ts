import { openBigQueryStore } from '../shared/audit/store/bigquery/open.ts'
import type { BigQueryStore } from '../shared/audit/store/bigquery/bigquery-store.ts'
import { openSqliteStore } from '../shared/audit/store/sqlite/sqlite-store.ts'
import type { AuditStore } from '../shared/audit/store/store.ts'
import { createOwnIdentity } from '../shared/google/own-identity.ts'
import { SettingsError, type ConsoleSettings } from './settings.ts'

/** A store that was opened, with what tells the two kinds apart. */
export type OpenedStore =
  | { readonly kind: 'sqlite'; readonly path: string; readonly store: AuditStore }
  | { readonly kind: 'bigquery'; readonly store: BigQueryStore }

/**
 * Opens the store that `AUDIT_STORE` names; BigQuery's queries run as the function's own identity.
 * Throws `SettingsError`, or `Error` with one line.
 */
export function openStore({
  AUDIT_STORE: name,
  BIGQUERY_EMULATOR_HOST: emulator,
}: Pick<ConsoleSettings, 'AUDIT_STORE' | 'BIGQUERY_EMULATOR_HOST'>): OpenedStore {
  const [, kind, place = ''] = /^(sqlite|bigquery):(.+)$/.exec(name) ?? []
  if (kind === 'sqlite') return { kind, path: place, store: openSqliteStore(place) }
  if (kind === 'bigquery') {
    const identity = createOwnIdentity({ now: Date.now })
    const accessToken = () => identity.accessToken()
    return { kind, store: openBigQueryStore(place, { accessToken, emulator }) }
  }
  throw new SettingsError('AUDIT_STORE must be sqlite:PATH or bigquery:PROJECT.DATASET.TABLE')
}
