import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { openSqliteStore } from '../../../shared/audit/store/sqlite/sqlite-store.ts'
import { sinkTroubles } from '../../../shared/console/verification/sink-troubles.ts'
import { anIssuedTrail, keepingSink, recorderOptions } from '../../support/audit.ts'
import { HOUR, MINUTE, NOON } from '../../support/audit-history.ts'
import { scratch } from '../../support/scratch.ts'

const path = scratch()('troubles.sqlite', '')
let clock = NOON
const broken = keepingSink('broken', () => Promise.reject(new Error('disk full')))
const recorder = createRecorder(
  recorderOptions({ sinks: [sqliteSink(path), broken], now: () => clock }),
)
for (let minute = 0; minute < 3; minute += 1) {
  clock = NOON + minute * MINUTE
  await recorder.intent(anIssuedTrail())
}
await recorder.close()

test('the latest checkpoint of a chain tells of its sinks, not the first', async () => {
  const store = openSqliteStore(path)
  const troubles = await sinkTroubles(store, clock)
  assert.deepEqual(troubles, [{ instance: 'instance-1', sink: 'broken', records: 4 }])
  assert.deepEqual(await sinkTroubles(store, clock + 2 * HOUR), [])
  await store.close()
})
