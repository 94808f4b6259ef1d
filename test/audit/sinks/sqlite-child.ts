import { writeSync } from 'node:fs'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { anIssuedTrail, recorderOptions } from '../../support/audit.ts'

/* Records without end into the store that is named, and says on stdout what was acknowledged. */
const recorder = createRecorder(
  recorderOptions({ sinks: [sqliteSink(process.argv[2] ?? '')], now: Date.now }),
)

async function recordForEver(): Promise<never> {
  for (;;) {
    const trail = anIssuedTrail()
    await recorder.intent(trail)
    writeSync(1, `${trail.requestId}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, recordForEver))
