import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../functions/audit-store.ts'

test('BigQuery is opened by the name of its table, without asking anybody yet', async () => {
  const store = openStore('bigquery:acme-audit.audit.deliveries')
  assert.equal(await store.event('not an id'), undefined)
  await store.close()
})

test('a store of another kind, or a table without its project, is refused in one line', () => {
  for (const name of ['', 'mysql:audit', 'bigquery:', 'sqlite', 'acme-audit.audit.deliveries']) {
    assert.throws(() => openStore(name), /^SettingsError: AUDIT_STORE must be /)
  }
  assert.throws(() => openStore('bigquery:audit.deliveries'), {
    message: 'bigquery: the table must be named PROJECT.DATASET.TABLE',
  })
})
