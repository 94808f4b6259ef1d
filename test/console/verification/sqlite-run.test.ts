import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { sqliteRuns } from '../../../shared/console/verification/sqlite-run.ts'
import { uuidv7 } from '../../../shared/domain/uuid.ts'
import { anIssuedTrail, recorderOptions } from '../../support/audit.ts'
import { scratch } from '../../support/scratch.ts'

const write = scratch()

/** Requests, each with its intent and its outcome, forty at a time until told to stop. */
async function traffic(path: string, stop: AbortSignal): Promise<void> {
  const recorder = createRecorder(recorderOptions({ sinks: [sqliteSink(path)], now: Date.now }))
  while (!stop.aborted) {
    const trails = Array.from({ length: 40 }, () =>
      anIssuedTrail({ requestId: uuidv7(Date.now()) }),
    )
    await Promise.all(trails.map((trail) => recorder.intent(trail)))
    await Promise.all(trails.map((trail) => recorder.outcome(trail, 200, undefined)))
  }
  await recorder.close()
}

test('a store that is being written verifies at every moment', { timeout: 60_000 }, async () => {
  const path = write('written.sqlite', '')
  const stop = new AbortController()
  const written = traffic(path, stop.signal)
  const start = sqliteRuns(path, undefined, Date.now)
  const sizes: number[] = []
  for (let run = 0; run < 8; run += 1) {
    const { findings, records } = await start([], () => undefined).report
    assert.deepEqual(findings, [])
    sizes.push(records)
  }
  stop.abort()
  await written
  assert.deepEqual(
    sizes.toSorted((a, b) => a - b),
    sizes,
  )
  assert.ok(new Set(sizes).size > 4, `it was looked at with ${sizes.join(', ')} records`)
})
