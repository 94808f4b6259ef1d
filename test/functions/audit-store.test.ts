import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../functions/audit-store.ts'

const opened = (AUDIT_STORE: string) =>
  openStore({ AUDIT_STORE, BIGQUERY_EMULATOR_HOST: undefined })

test('BigQuery is opened by the name of its table, without asking anybody yet', async () => {
  const { store } = opened('bigquery:acme-audit.audit.deliveries')
  assert.equal(await store.event('not an id'), undefined)
  await store.close()
})

test('a store of another kind, or a table without its project, is refused in one line', () => {
  const wrong = ['', 'mysql:audit', 'bigquery:', 'sqlite', 'sqlite:', 'acme-audit.audit.deliveries']
  for (const name of wrong) {
    assert.throws(() => opened(name), /^SettingsError: AUDIT_STORE must be /)
  }
  assert.throws(() => opened('bigquery:audit.deliveries'), {
    message: 'bigquery: the table must be named PROJECT.DATASET.TABLE',
  })
})
