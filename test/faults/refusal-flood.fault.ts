import assert from 'node:assert/strict'
import type { AuditEvent } from '../../shared/audit/event.ts'
import { assertAnswers, assertCalm } from './expect.ts'
import type { Fault } from './fault.ts'
import { paced, rounds } from './load.ts'
import type { Scene } from './scene.ts'

/** Forged tokens: more than are recorded one by one, at once and by the second. */
const FORGED = 5000
const RECORDED = { atOnce: 1000, perSecond: 200 }
const SENDERS = 12

const flood: Fault = {
  name: 'refusal-flood',
  promise:
    'of a flood of refusals some are recorded and all are counted; of issuance all is recorded',
  async run(bench) {
    const scene = await bench.scene()
    const [tenant = assert.fail()] = scene.tenants
    let left = FORGED
    const started = performance.now()
    const [forged, good] = await Promise.all([
      rounds(
        scene.client,
        SENDERS,
        () => (left -= 1) < 0,
        () => scene.orders.wrong(tenant, 'forged'),
      ),
      paced(scene.client, 30, 5, () => scene.orders.right(bench.random.pick(scene.tenants)), 8),
    ])
    const seconds = (performance.now() - started) / 1000
    assertAnswers(forged, 400)
    assertCalm(good)
    // The account of what was not recorded comes with the end of the process, if not before.
    await scene.bureau.stop()
    const recorded = scene.book.all().filter(({ reason }) => reason === 'signature').length
    const suppressed = suppressedOf(scene, 'signature')
    assert.equal(recorded + suppressed, forged.length)
    const most = RECORDED.atOnce + RECORDED.perSecond * seconds
    assert.ok(recorded <= most + 1, `${recorded} recorded in ${seconds} s`)
    // A machine that is slow beyond measure makes no flood of them, and all stand in the log.
    assert.ok(suppressed > 0 || most >= forged.length, 'none was only counted')
    return { recorded, counted: suppressed }
  },
}

/** How many refusals of a reason the log counts without a record. */
function suppressedOf({ log }: Scene, reason: string): number {
  const events = log()
    .filter((line) => line.includes('"dev.tokenbureau.summary"'))
    .map((line) => (JSON.parse(line) as { readonly event: AuditEvent }).event)
  return events
    .flatMap(({ data }) => (data.class_uid === 1008 ? (data.unmapped.refusals ?? []) : []))
    .filter((count) => count.reason === reason)
    .reduce((sum, count) => sum + count.suppressed, 0)
}

/** What becomes of records while refusals pour in. */
export const REFUSAL_FLOOD_FAULTS: readonly Fault[] = [flood]
