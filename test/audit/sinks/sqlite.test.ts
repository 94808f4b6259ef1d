import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { verifyStore } from '../../../shared/audit/verify/sources.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'
import { anIssuedTrail, recorderOptions } from '../../support/audit.ts'
import { aTrail } from '../../support/policy.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-sqlite-'))
after(() => rmSync(folder, { recursive: true }))
let stores = 0
function aPath(): string {
  stores += 1
  return join(folder, `${stores}.sqlite`)
}

function recorderTo(path: string) {
  return createRecorder(recorderOptions({ sinks: [sqliteSink(path)] }))
}

/** A chain of its own: an opening, an intent, a closing. */
async function historyTo(path: string): Promise<void> {
  const recorder = recorderTo(path)
  await recorder.intent(anIssuedTrail())
  await recorder.close()
}

function rowsOf(path: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}

test('records, columns and counts are committed together', async () => {
  const path = aPath()
  const recorder = recorderTo(path)
  const trail = anIssuedTrail()
  await recorder.intent(trail)
  await recorder.outcome(trail, 200, undefined)
  await recorder.outcome(aTrail(), 400, new Refusal('alg'))
  await recorder.close()

  const events = rowsOf(path, 'SELECT * FROM events ORDER BY seq')
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['checkpoint', 'intent', 'issued', 'refused', 'checkpoint'],
  )
  assert.partialDeepStrictEqual(
    { ...events[2] },
    {
      request_id: trail.requestId,
      issuer: 'https://idp.example.com',
      subject: 'alice',
      account: 'reader@acme.iam.gserviceaccount.com',
      grant_id: 'reader',
      scopes: '["https://www.googleapis.com/auth/devstorage.read_only"]',
      expires_ms: 1_700_000_900_000,
      key_stale: 0,
      chain_seq: 2,
      time_ms: 1_700_000_000_500,
      event_time: 1_700_000_000_500,
    },
  )
  assert.equal(events[3]?.['reason'], 'alg')
  const [counted] = rowsOf(path, "SELECT sum(n) AS n FROM minutes WHERE kind = 'issued'")
  assert.equal(counted?.['n'], 1)
  const [use] = rowsOf(path, 'SELECT * FROM uses')
  assert.partialDeepStrictEqual({ ...use }, { subject: 'alice', n: 1, last_ms: 1_700_000_000_500 })
})

test('a store is the owner’s alone', async () => {
  const path = aPath()
  await recorderTo(path).close()
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a new chain names the heads of those before it', async () => {
  const path = aPath()
  for (let i = 0; i < 2; i += 1) {
    const recorder = recorderTo(path)
    await recorder.intent(anIssuedTrail())
    await recorder.close()
  }
  const records = rowsOf(path, 'SELECT record FROM records ORDER BY seq').map(
    ({ record }) => JSON.parse(String(record)) as Record<string, unknown>,
  )
  assert.partialDeepStrictEqual(records[3], {
    data: {
      unmapped: {
        checkpoint: {
          previous: [{ chain: records[2]?.['chainid'], hash: records[2]?.['chainhash'], seq: 2 }],
        },
      },
    },
  })
})

test('a last record that was overwritten does not keep a new chain from beginning', async () => {
  const path = aPath()
  await historyTo(path)
  const other = new DatabaseSync(path)
  other.exec("UPDATE records SET record = 'no JSON'")
  other.close()
  await historyTo(path)
  assert.equal(rowsOf(path, 'SELECT record FROM records').length, 6)
})

test('a row that can be none’s does not keep a new chain from beginning', async () => {
  const path = aPath()
  await historyTo(path)
  const other = new DatabaseSync(path)
  other.exec("UPDATE entries SET chain = printf('%.70000c', 'x'), chain_seq = 9000000000000000000")
  other.close()
  await historyTo(path)
  const [, , , opening] = rowsOf(path, 'SELECT record FROM records ORDER BY seq')
  const { checkpoint } = JSON.parse(String(opening?.['record'])).data.unmapped
  assert.deepEqual([checkpoint.position, checkpoint.previous], ['opening', undefined])
})

test('a store that is locked costs time, and a record that misses its deadline is not accepted', async () => {
  const path = aPath()
  const recorder = createRecorder(recorderOptions({ sinks: [sqliteSink(path)], deadline: 100 }))
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  await assert.rejects(recorder.intent(anIssuedTrail()), { reason: 'audit_unavailable' })
  other.exec('ROLLBACK')
  other.close()
  await recorder.flush()
  await recorder.intent(anIssuedTrail())
  await recorder.close()
})

const BAD: readonly (readonly [claim: string, path: () => string, message: RegExp])[] = [
  [
    'a folder that does not exist',
    () => join(folder, 'none', 'a.sqlite'),
    /^Error: sqlite:\S+: ENOENT/,
  ],
  ['a folder in place of a file', () => folder, /^Error: sqlite:\S+: EISDIR/],
  [
    'a file that is no store',
    () => {
      const path = aPath()
      writeFileSync(path, 'not a database, but long enough to be looked at. '.repeat(40))
      return path
    },
    /^Error: sqlite:\S+: file is not a database/,
  ],
  [
    'a store of another version',
    () => {
      const path = aPath()
      const db = new DatabaseSync(path)
      db.exec('PRAGMA user_version = 99')
      db.close()
      return path
    },
    /^Error: sqlite:\S+: version 99 is not the version 1/,
  ],
]

for (const [claim, path, message] of BAD) {
  test(`${claim} stops the start with one line`, () => {
    assert.throws(() => sqliteSink(path()), message)
  })
}

test('kill -9 loses no acknowledged record', { timeout: 60_000 }, async () => {
  const path = aPath()
  const acknowledged: string[] = []
  for (const enough of [1, 40, 150, 300, 80]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'sqlite-child.ts'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let seen = 0
    for await (const id of createInterface({ input: child.stdout })) {
      acknowledged.push(id)
      seen += 1
      if (seen === enough) child.kill('SIGKILL')
    }
    if (child.signalCode === null) await once(child, 'exit')
  }
  const stored = new Set(rowsOf(path, 'SELECT id FROM events').map(({ id }) => String(id)))
  assert.ok(acknowledged.length >= 571)
  assert.deepEqual(
    acknowledged.filter((id) => !stored.has(id)),
    [],
  )
  assert.deepEqual(
    rowsOf(path, 'PRAGMA integrity_check'),
    rowsOf(path, "SELECT 'ok' AS integrity_check"),
  )
})

test('a full disk loses no acknowledged record, and its log makes room while there is any', async () => {
  const path = aPath()
  // No file grows beyond 3 MB: the process ends at the first record that is not accepted.
  const limited = ['-c', 'ulimit -f 3000; exec "$0" "$@"', process.execPath]
  const child = spawn('bash', [...limited, join(import.meta.dirname, 'sqlite-child.ts'), path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const acknowledged: string[] = []
  for await (const id of createInterface({ input: child.stdout })) acknowledged.push(id)
  if (child.exitCode === null) await once(child, 'exit')
  const stored = new Set(rowsOf(path, 'SELECT id FROM events').map(({ id }) => String(id)))
  assert.deepEqual(
    acknowledged.filter((id) => !stored.has(id)),
    [],
  )
  // Each commit takes some hundred KB of the log: without room made in it there are far fewer.
  assert.ok(acknowledged.length > 300, String(acknowledged.length))
  const { counts } = await verifyStore(path, { partial: true, live: true }, () => undefined)
  assert.equal(counts['gap'], undefined)
})
