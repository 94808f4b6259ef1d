import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { HOUR } from '../support/audit-history.ts'
import { startConsoleWorld, storeHistory, type ConsoleWorld } from '../support/console-world.ts'

/** What the integrity page knows. */
interface Integrity {
  readonly verification: {
    readonly status: string
    readonly report?: { readonly ok: boolean; readonly counts: Readonly<Record<string, number>> }
  }
  readonly chains: readonly { readonly missing: number }[]
}

let world: ConsoleWorld
before(async () => {
  const at = Date.now() - HOUR
  const happenings = Array.from({ length: 20 }, (_, minute) => ({ at: at + minute * 60_000 }))
  world = await startConsoleWorld((store) => storeHistory(store, happenings))
})
after(() => world.close())

/** The finished verification; asks until there is one, for half a minute at most. */
async function verified(): Promise<Integrity> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const integrity = (await (await world.get('/api/integrity')).json()) as Integrity
    if (integrity.verification.status !== 'running') return integrity
    await wait(50)
  }
  throw new Error('the verification does not end')
}

test('a store that nobody touched verifies, and the page says so', async () => {
  const { verification, chains } = await verified()
  assert.equal(verification.status, 'done')
  assert.equal(verification.report?.ok, true)
  assert.equal(chains[0]?.missing, 0)
  assert.match(await (await world.get('/integrity')).text(), /No record was removed/)
})

test('a record that is removed afterwards is missed', async () => {
  const db = new DatabaseSync(world.store, { timeout: 5000 })
  const { seq } = db.prepare('SELECT seq FROM records ORDER BY seq LIMIT 1 OFFSET 9').get() ?? {}
  for (const table of ['records', 'entries']) {
    db.prepare(`DELETE FROM ${table} WHERE seq = ?`).run(Number(seq))
  }
  db.close()

  const asked = await world.post('/verify', {})
  assert.equal(asked.headers.get('location'), '/integrity')
  const { verification, chains } = await verified()
  assert.equal(verification.report?.ok, false)
  assert.equal(verification.report?.counts['gap'], 1)
  assert.equal(chains[0]?.missing, 1)
  assert.match(await (await world.get('/integrity')).text(), /record 9 is missing/)
})

test('a record that somebody overwrote with anything else is found, and can be looked at', async () => {
  const db = new DatabaseSync(world.store, { timeout: 5000 })
  const { id, seq } = db.prepare("SELECT id, seq FROM entries WHERE kind = 'issued'").get() ?? {}
  db.prepare('UPDATE records SET record = ? WHERE seq = ?').run('<b>nothing</b>', Number(seq))
  db.exec("UPDATE records SET record = 'x' WHERE seq = (SELECT max(seq) FROM records)")
  db.close()
  await world.post('/verify', {})
  const { verification } = await verified()
  assert.equal(verification.report?.ok, false)
  const page = await world.get(`/event?id=${String(id)}`)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /&lt;b&gt;nothing/)
})

test('columns that cannot be read leave the verdict, which says so', async () => {
  const db = new DatabaseSync(world.store, { timeout: 5000 })
  db.exec("UPDATE entries SET time_ms = 'soon', chain_seq = 9000000000000000000 WHERE seq > 3")
  await world.post('/verify', {})
  const { verification } = await verified()
  assert.ok((verification.report?.counts['columns'] ?? 0) > 10)
  const page = await world.get('/integrity')
  assert.equal(page.status, 200)
  assert.match(await page.text(), /The log does not verify.*the record says something else of/s)
  db.close()
})

test('a tail that is cut off between two verifications is missed as well', async () => {
  const db = new DatabaseSync(world.store, { timeout: 5000 })
  for (const table of ['records', 'entries']) {
    db.exec(`DELETE FROM ${table} WHERE seq > (SELECT max(seq) - 5 FROM records)`)
  }
  db.close()
  await world.post('/verify', {})
  const { verification } = await verified()
  assert.ok((verification.report?.counts['cut_tail'] ?? 0) > 0)
})
