import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBureau } from '../../deploy/local/bureau-process.ts'
import { openForWriting } from '../../shared/audit/store/sqlite/tables.ts'

test('a console that lets nobody in, or has no key, says so at its start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'notices-'))
  const store = join(folder, 'audit.sqlite')
  openForWriting(store).close()
  const started = await startBureau({
    target: 'console',
    env: { AUDIT_STORE: `sqlite:${store}`, ALLOW_LOOPBACK: '1' },
  })
  try {
    const told = started.stdout().join('\n')
    assert.match(told, /"WARNING","message":"OPERATORS is not set: this function lets nobody in"/)
    assert.match(told, /"NOTICE","message":"AUDIT_KEY_FILE is not set: tokens cannot be looked up/)
  } finally {
    await started.stop()
    await rm(folder, { recursive: true })
  }
})
