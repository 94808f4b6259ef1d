import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { openSqliteStore } from '../../../shared/audit/store/sqlite/sqlite-store.ts'
import { BadCursor } from '../../../shared/audit/store/store.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'
import { anIssuedTrail, recorderOptions } from '../../support/audit.ts'
import { NOON, recordHistory } from '../../support/audit-history.ts'
import { aTrail } from '../../support/policy.ts'
import { CONTRACT_HISTORY, testStore } from './contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-store-'))
const path = join(folder, 'history.sqlite')
await recordHistory(CONTRACT_HISTORY, sqliteSink(path))
const store = openSqliteStore(path)
after(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

testStore('sqlite', () => Promise.resolve(store))

test('what a flood left without records is in the timeline all the same', async () => {
  const flooded = join(folder, 'flood.sqlite')
  const recorder = createRecorder(
    recorderOptions({
      sinks: [sqliteSink(flooded)],
      flood: { burst: 2, perSecond: 0 },
      now: () => NOON,
    }),
  )
  for (let i = 0; i < 10; i += 1) await recorder.outcome(aTrail(), 400, new Refusal('alg'))
  await recorder.close()
  const reader = openSqliteStore(flooded)
  const { buckets } = await reader.timeline({ from: NOON, until: NOON + 60_000 }, 1, NOON)
  await reader.close()
  assert.partialDeepStrictEqual(buckets, [
    { refused: 2, suppressed: 8, reasons: [{ reason: 'alg', count: 10 }] },
  ])
})

test('policy loads and failures are told', async () => {
  const file = join(folder, 'policies.sqlite')
  const recorder = createRecorder(recorderOptions({ sinks: [sqliteSink(file)] }))
  await recorder.policy({ digest: 'sha256:1', loaded: true, problems: 0 })
  await recorder.policy({ digest: 'sha256:1', loaded: false, problems: 2 })
  await recorder.close()
  const reader = openSqliteStore(file)
  assert.partialDeepStrictEqual(await reader.policyHistory(), [
    { digest: 'sha256:1', loads: 1, failures: 1, issued: 0 },
  ])
  await reader.close()
})

test('an export keeps the order of a chain where the clock was set back', async () => {
  const turned = join(folder, 'clock.sqlite')
  let clock = NOON
  const recorder = createRecorder(
    recorderOptions({ sinks: [sqliteSink(turned)], now: () => (clock -= 1000) }),
  )
  for (let i = 0; i < 5; i += 1) await recorder.intent(anIssuedTrail())
  await recorder.close()
  const reader = openSqliteStore(turned)
  for (const [filter, places] of [
    [{}, [0, 1, 2, 3, 4, 5, 6]],
    [{ kinds: ['intent'] }, [1, 2, 3, 4, 5]],
  ] as const) {
    const exported: number[] = []
    for await (const { event } of reader.export(filter)) exported.push(event.chainSeq)
    assert.deepEqual(exported, places)
  }
  await reader.close()
})

test('a store is read while it is written', async () => {
  const live = join(folder, 'live.sqlite')
  const recorder = createRecorder(recorderOptions({ sinks: [sqliteSink(live)] }))
  await recorder.intent(anIssuedTrail())
  const reader = openSqliteStore(live)
  const count = async () => (await reader.events({}, { limit: 100 })).events.length
  assert.equal(await count(), 2)
  await recorder.intent(anIssuedTrail())
  assert.equal(await count(), 3)
  const [open] = await reader.chains()
  assert.equal(open?.closed, false)
  await reader.close()
  await recorder.close()
})

test('a cursor of another kind of store is refused', async () => {
  const cursor = Buffer.from(`${NOON}.019e7d79-e100-7c4b-80f2-a08340e72fce`).toString('base64url')
  await assert.rejects(store.events({}, { limit: 4, cursor }), BadCursor)
})

test('a store that does not exist is not made up', () => {
  assert.throws(
    () => openSqliteStore(join(folder, 'none.sqlite')),
    /^Error: sqlite:\S+: unable to open/,
  )
})
