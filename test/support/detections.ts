import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { prepareInsert } from '../../shared/audit/store/sqlite/insert.ts'
import { openForWriting } from '../../shared/audit/store/sqlite/tables.ts'

const FOLDER = new URL('../../deploy/gcp/audit/detections/', import.meta.url)

/** The names of the detections. */
export const DETECTIONS: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.slice(0, -'.sql'.length))
  .sort()

/** The text of a detection. */
export function sqlOf(name: string): string {
  return readFileSync(new URL(`${name}.sql`, FOLDER), 'utf8')
}

/** The names of a text's parameters, in order and once each. */
export function parametersOf(sql: string): readonly string[] {
  const statement = sql.replace(/^--.*$/gm, '')
  return [...new Set([...statement.matchAll(/@(\w+)/g)].map(([, name = '']) => name))].sort()
}

/** Runs a detection over a store; moments are milliseconds since the epoch. */
export function detect(
  db: DatabaseSync,
  name: string,
  values: Readonly<Record<string, number>>,
): readonly Readonly<Record<string, unknown>>[] {
  const sql = sqlOf(name)
  const wanted = parametersOf(sql).map((parameter) => [parameter, values[parameter] ?? null])
  return db
    .prepare(sql)
    .all(Object.fromEntries(wanted))
    .map((row) => ({ ...row }))
}

/**
 * A store of records, given as their lines, with what else detections read: a mint of Google's for
 * each intent, and every policy of the records approved.
 */
export function auditedStore(lines: readonly string[]): DatabaseSync {
  const db = openForWriting(':memory:')
  prepareInsert(db)(lines)
  db.exec(`
    CREATE TABLE google_mints AS
      SELECT time_ms + 40 AS event_time, time_ms + 40 AS time_ms, 'log-' || id AS id,
        'GenerateAccessToken' AS method, account, 'principal://pool/' || subject AS caller,
        '203.0.113.1' AS address, request_id
      FROM events WHERE kind = 'intent';
    CREATE TABLE approved_policies AS
      SELECT DISTINCT policy_digest AS digest FROM events WHERE policy_digest IS NOT NULL`)
  return db
}
