import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { openAuditKey } from '../../shared/audit/key.ts'
import { openSqliteStore } from '../../shared/audit/store/sqlite/sqlite-store.ts'
import { verifyStore } from '../../shared/audit/verify/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'seed-'))
after(() => rmSync(folder, { recursive: true }))
const SEED = new URL('../../deploy/local/seed.ts', import.meta.url).pathname
const KEY = 'the key of a seeded store'
const keyFile = join(folder, 'audit.key')
writeFileSync(keyFile, KEY)

async function seed(...args: readonly string[]) {
  const child = spawn(process.execPath, [SEED, ...args], { cwd: folder })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { stdout, stderr, code: Number(code) }
}

const silent = () => undefined

test('a seeded store verifies, column by column and signature by signature', async () => {
  const store = join(folder, 'whole.sqlite')
  const run = await seed('3000', '--store', store, '--key', keyFile)
  assert.equal(run.code, 0, run.stderr)
  const publicKey = openAuditKey(KEY).signer?.publicKey
  const report = await verifyStore(store, { publicKey, columns: true }, silent)
  assert.deepEqual(report.counts, {})
  assert.ok(report.records >= 3000 && report.records < 3300, `${report.records}`)
  assert.ok(report.chains.length > 10)
})

test('a store that has records gets more', async () => {
  const store = join(folder, 'grown.sqlite')
  await seed('500', '--store', store)
  await seed('500', '--store', store)
  const report = await verifyStore(store, {}, silent)
  assert.deepEqual(report.counts, {})
  assert.ok(report.records >= 1000)
})

test('the records span thirty days, and the last hour’s tokens are live', async () => {
  const path = join(folder, 'spread.sqlite')
  await seed('4000', '--store', path)
  const store = openSqliteStore(path)
  const now = Date.now()
  const day = 86_400_000
  const { buckets } = await store.timeline({ from: now - 30 * day, until: now }, 30, now)
  assert.deepEqual(
    buckets.filter(({ issued }) => issued < 10),
    [],
  )
  assert.ok((await store.liveTokens({}, now)).length > 0)
  assert.ok((await store.policyHistory()).length >= 6)
  await store.close()
})

for (const args of [['none'], ['-5'], ['1', '2'], ['0'], ['10', '--fast']]) {
  test(`seed ${args.join(' ')} is wrong usage`, async () => {
    const { code, stderr } = await seed(...args)
    assert.equal(code, 2)
    assert.match(stderr, /^seed: [^\n]+\n$/)
  })
}
