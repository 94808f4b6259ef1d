import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { watch } from 'node:fs/promises'
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

test('the records span thirty days, the last hour’s tokens are live, and refusals say why', async () => {
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
  const refused = async (reason: string) => (await store.events({ reason }, { limit: 500 })).events
  for (const reason of ['request', 'issuer', 'format', 'time']) {
    const events = await refused(reason)
    assert.ok(events.length > 0 && events.every(({ detail }) => detail !== undefined), reason)
  }
  assert.ok((await refused('issuer')).every(({ claimedIssuer }) => claimedIssuer !== undefined))
  await store.close()
})

test('a filling that is stopped leaves no half store, and the next one succeeds', async () => {
  const store = join(folder, 'stopped.sqlite')
  const child = spawn(process.execPath, [SEED, '2000000', '--store', store], { cwd: folder })
  const signal = AbortSignal.timeout(20_000)
  for await (const { filename } of watch(folder, { signal })) {
    if (filename === 'stopped.sqlite.key') break
  }
  child.kill('SIGINT')
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.equal(code, 130)
  assert.equal(stderr, `seed: stopped, ${store} was not made\n`)
  const left = () => readdirSync(folder).filter((name) => name.startsWith('stopped.sqlite'))
  assert.deepEqual(left(), ['stopped.sqlite.key'])

  writeFileSync(`${store}.part`, 'what a killed one left')
  const { code: again } = await seed('300', '--store', store)
  assert.equal(again, 0)
  assert.deepEqual(left(), ['stopped.sqlite', 'stopped.sqlite.key'])
  assert.deepEqual((await verifyStore(store, {}, silent)).counts, {})
})

test('a store that cannot be one gets no key', async () => {
  writeFileSync(join(folder, 'page.md'), '# A page')
  for (const store of ['page.md', '.', 'nowhere/audit.sqlite']) {
    const { code, stderr } = await seed('10', '--store', store)
    assert.equal(code, 1)
    assert.match(stderr, /^seed: sqlite:[^\n]+\n$/)
    assert.equal(existsSync(join(folder, `${store}.key`)), false, store)
  }
})

for (const args of [['none'], ['-5'], ['1', '2'], ['0'], ['10', '--fast']]) {
  test(`seed ${args.join(' ')} is wrong usage`, async () => {
    const { code, stderr } = await seed(...args)
    assert.equal(code, 2)
    assert.match(stderr, /^seed: [^\n]+\n$/)
  })
}
