import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { verifyFile, verifyStore } from '../../../shared/audit/verify/sources.ts'
import { anIssuedTrail, keepingSink, recorderOptions } from '../../support/audit.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-verify-'))
after(() => rmSync(folder, { recursive: true }))
const silent = () => undefined

/** A store after two runs of a recorder, and the same records as lines. */
async function aStore(name: string): Promise<{ path: string; lines: readonly string[] }> {
  const path = join(folder, name)
  const kept = keepingSink()
  for (let run = 0; run < 2; run += 1) {
    const sinks = [sqliteSink(path), kept]
    const recorder = createRecorder(recorderOptions({ sinks, required: 'all' }))
    for (let i = 0; i < 50; i += 1) {
      const trail = anIssuedTrail()
      await recorder.intent(trail)
      await recorder.outcome(trail, 200, undefined)
    }
    await recorder.close()
  }
  return { path, lines: kept.records.map(({ line }) => line) }
}

test('a file and a store of the same records get the same verdict, with progress', async () => {
  const { path, lines } = await aStore('whole.sqlite')
  const file = join(folder, 'whole.jsonl')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  const seen: (readonly [number, number | undefined])[] = []
  const fromFile = await verifyFile(file, {}, (done, total) => seen.push([done, total]))
  const fromStore = await verifyStore(path, { columns: true }, silent)
  assert.deepEqual(fromFile, fromStore)
  assert.deepEqual([fromFile.ok, fromFile.records, fromFile.chains.length], [true, 204, 2])
  assert.equal(seen.at(-1)?.[0], seen.at(-1)?.[1])
})

test('a file whose last line has no line feed is read to its end', async () => {
  const { lines } = await aStore('feed.sqlite')
  const file = join(folder, 'feed.jsonl')
  writeFileSync(file, lines.join('\n'))
  assert.equal((await verifyFile(file, {}, silent)).records, 204)
})

const TAMPERING: readonly (readonly [claim: string, sql: string, kind: string])[] = [
  [
    'a row deleted from both tables',
    'DELETE FROM records WHERE seq = 5; DELETE FROM entries WHERE seq = 5',
    'gap',
  ],
  ['a record that is not shown', 'DELETE FROM entries WHERE seq = 5', 'columns'],
  ['a shown row without a record', 'INSERT INTO entries (seq, kind) VALUES (9999, 1)', 'columns'],
  ['a column that lies', "UPDATE entries SET account = 'other' WHERE seq = 5", 'columns'],
  [
    'a hidden record, and rows that keep the count and the sum of the rows',
    'DELETE FROM entries WHERE seq IN (5, 9); INSERT INTO entries (seq) VALUES (-1086), (1100)',
    'columns',
  ],
  [
    'a record whose number is out of reach',
    'UPDATE records SET seq = 9e18 WHERE seq = 5; UPDATE entries SET seq = 9e18 WHERE seq = 5',
    'columns',
  ],
  ['a row whose number is out of reach', 'UPDATE entries SET seq = 9e18 WHERE seq = 5', 'columns'],
  ['a count of the timeline that lies', 'UPDATE minutes SET n = n - 1', 'columns'],
  ['a minute of the timeline that is gone', 'DELETE FROM minutes', 'columns'],
  ['a use of an account that is gone', 'DELETE FROM uses', 'columns'],
  ['a use of an account that is older than it says', 'UPDATE uses SET last_ms = 1', 'columns'],
  [
    'a use of an account that never was',
    "INSERT INTO uses VALUES ('', '', '', 1, 1, 1, '')",
    'columns',
  ],
  [
    'the first chain cut back to before the second began',
    'DELETE FROM records WHERE seq BETWEEN 90 AND 102; DELETE FROM entries WHERE seq BETWEEN 90 AND 102',
    'cut_tail',
  ],
  [
    'the first chain gone',
    'DELETE FROM records WHERE seq <= 102; DELETE FROM entries WHERE seq <= 102',
    'cut_tail',
  ],
  [
    'a record that was put in again',
    `INSERT INTO records SELECT 9999, record FROM records WHERE seq = 5;
     CREATE TEMP TABLE again AS SELECT * FROM entries WHERE seq = 5;
     UPDATE again SET seq = 9999; INSERT INTO entries SELECT * FROM again`,
    'repeated',
  ],
  [
    'an edited record',
    "UPDATE records SET record = replace(record, 'alice', 'mallo') WHERE seq = 7",
    'edited',
  ],
]

for (const [claim, sql, kind] of TAMPERING) {
  test(`${claim} is found in a live store`, async () => {
    const { path } = await aStore(`${kind}-${sql.length}.sqlite`)
    const db = new DatabaseSync(path)
    db.exec(sql)
    db.close()
    const report = await verifyStore(path, { live: true, columns: true }, silent)
    assert.equal(report.ok, false)
    assert.ok(Object.keys(report.counts).includes(kind), JSON.stringify(report.counts))
  })
}
