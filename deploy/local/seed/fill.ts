import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AuditKey } from '../../../shared/audit/key.ts'
import { createRecorder, type AuditRecorder } from '../../../shared/audit/recorder.ts'
import type { Sink } from '../../../shared/audit/sinks/sink.ts'
import { actors, policyOf } from './actors.ts'
import { createRandom } from './random.ts'
import { busyness, busyTime } from './tide.ts'
import { play } from './traffic.ts'

/** What a store is filled with. */
export interface Filling {
  readonly records: number
  /** Milliseconds since the epoch: the time of the newest records. */
  readonly until: number
  readonly key: AuditKey
  readonly version: string
  readonly onProgress: (done: number) => void
  /** Ends the filling early, all the same with whole chains. */
  readonly signal?: AbortSignal
}

const DAY = 86_400_000
/** Days that the records span. */
const SPAN = 30
/** Processes that run at a time, and days until one is replaced. */
const INSTANCES = 3
const INSTANCE_DAYS = 2
const POLICY_DAYS = 5
/** Records that a request leaves, on average; only the span depends on it. */
const RECORDS_A_REQUEST = 1.92
/** Requests between two turns of the event loop, where the progress shows and signals arrive. */
const TURN = 500

/**
 * Has real recorders record `records` made-up events in order of time: so many days, policies and
 * chains, each chain opened and closed. The last hour's tokens are live at `until`.
 */
export async function fill(sink: Sink, filling: Filling): Promise<void> {
  const { records, until, key, version, onProgress, signal } = filling
  const random = createRandom(20_260_101)
  const all = actors()
  const [first, ...others] = all.map((actor) => [actor, actor.weight] as const)
  if (first === undefined) throw new Error('nobody asks')
  let clock = until - SPAN * DAY
  let policy = policyOf(all, 0)
  let done = 0

  const startRecorder = (): AuditRecorder =>
    createRecorder({
      origin: { instance: randomUUID(), revision: 'bureau-00042-seed', version },
      key,
      policy: () => policy,
      now: () => clock,
      sinks: [sink],
      flood: { burst: Number.MAX_SAFE_INTEGER, perSecond: 0 },
    })

  const running = Array.from({ length: INSTANCES }, startRecorder)
  const loadPolicy = async (recorder: AuditRecorder): Promise<void> => {
    await recorder.policy({ digest: policy.digest, loaded: true, problems: 0 })
  }
  for (const recorder of running) await loadPolicy(recorder)

  let policyDay = 0
  let replaced = 0
  for (let request = 0; done < records; request += 1) {
    const days = (clock - (until - SPAN * DAY)) / DAY
    if (Math.floor(days / POLICY_DAYS) > policyDay) {
      policyDay = Math.floor(days / POLICY_DAYS)
      policy = policyOf(all, policyDay)
      for (const recorder of running) await loadPolicy(recorder)
    }
    if (Math.floor((days * INSTANCES) / INSTANCE_DAYS) > replaced) {
      replaced += 1
      await running[replaced % INSTANCES]?.close()
      running[replaced % INSTANCES] = startRecorder()
    }
    const recorder = running[request % INSTANCES]
    if (recorder === undefined) break
    const at = clock
    const actor = random.weighted([first, ...others])
    done += await play(recorder, {
      actor,
      at,
      policyDigest: policy.digest,
      setClock: (time) => (clock = Math.max(clock, time)),
      random,
    })
    // By what is left, so that chance neither leaves the end empty nor heaps records upon it.
    const left = Math.max(1, records - done) / RECORDS_A_REQUEST
    const gap = busyTime(at, Math.max(at, until)) / left
    const pause = Math.round((gap / busyness(at)) * 2 * random.next())
    clock = Math.max(clock, Math.min(until, at + pause))
    if (request % TURN === 0) {
      onProgress(done)
      await nextTurn()
      if (signal?.aborted === true) break
    }
  }
  for (const recorder of running) await recorder.close()
}
