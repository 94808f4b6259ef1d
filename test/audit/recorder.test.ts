import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { AuditRecord } from '../../shared/audit/event.ts'
import { openAuditKey } from '../../shared/audit/key.ts'
import type { Required } from '../../shared/audit/acknowledge.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { anIssuedTrail, aRecorder, keepingSink } from '../support/audit.ts'
import { aTrail } from '../support/policy.ts'

const kinds = (records: readonly AuditRecord[]) =>
  records.map(({ event }) => event.type.slice('dev.tokenbureau.'.length))

const broken = () => keepingSink('broken', () => Promise.reject(new Error('disk full')))
const hung = () => keepingSink('hung', () => new Promise<void>(() => undefined))
const whole = () => keepingSink('whole')

const unavailable = { name: 'Refusal', reason: 'audit_unavailable', status: 503 }

test('a request that is issued leaves an intent and then an outcome, after the opening', async () => {
  const { recorder, sink } = aRecorder()
  const trail = anIssuedTrail()
  await recorder.intent(trail)
  assert.deepEqual(kinds(sink.records), ['checkpoint', 'intent'])
  await recorder.outcome(trail, 200, undefined)
  assert.deepEqual(kinds(sink.records), ['checkpoint', 'intent', 'issued'])
})

test('the opening has the time of the record that it precedes, however fast the clock goes', async () => {
  let clock = 1_700_000_000_000
  const { recorder, sink } = aRecorder({ now: () => (clock += 1) })
  await recorder.intent(anIssuedTrail())
  const [opening, intent] = sink.records.map(({ event }) => event.time)
  assert.deepEqual([sink.records.length, opening], [2, intent])
})

test('an intent settles only after the sink accepted it', async () => {
  const gate = Promise.withResolvers<void>()
  const { recorder } = aRecorder({ sinks: [keepingSink('slow', () => gate.promise)] })
  let settled = false
  const intent = recorder.intent(anIssuedTrail()).then(() => (settled = true))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(settled, false)
  gate.resolve()
  await intent
})

type SinkMaker = () => ReturnType<typeof keepingSink>
const REQUIRED: readonly (readonly [Required, readonly SinkMaker[], accepted: boolean])[] = [
  ['any', [whole], true],
  ['any', [whole, broken], true],
  ['any', [hung, whole], true],
  ['any', [broken], false],
  ['any', [broken, hung], false],
  ['all', [whole, whole], true],
  ['all', [whole, broken], false],
  ['all', [whole, hung], false],
  ['none', [broken], true],
  ['none', [hung], true],
]

for (const [required, makers, accepted] of REQUIRED) {
  const sinks = makers.map((make) => make())
  const names = sinks.map(({ name }) => name).join(' and ')
  test(`with ${required} of a ${names} sink required a record is ${accepted ? '' : 'not '}accepted`, async () => {
    const { recorder } = aRecorder({ sinks, required, deadline: 20 })
    const recording = recorder.intent(anIssuedTrail())
    await (accepted ? recording : assert.rejects(recording, unavailable))
  })
}

test('a sink that is not waited for gets the record all the same', async () => {
  const late = Promise.withResolvers<void>()
  const slow = keepingSink('slow', () => late.promise)
  const { recorder } = aRecorder({ sinks: [slow, whole()] })
  await recorder.intent(anIssuedTrail())
  assert.equal(slow.records.length, 0)
  late.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(kinds(slow.records), ['checkpoint', 'intent'])
})

test('what a sink did is told: accepted, failed, waiting, lag, the last error', async () => {
  const gate = Promise.withResolvers<void>()
  const sinks = [whole(), broken(), keepingSink('slow', () => gate.promise)]
  const clock = { now: 1000 }
  const { recorder } = aRecorder({ sinks, now: () => clock.now })
  await recorder.intent(anIssuedTrail())
  clock.now = 1250
  const told = Object.fromEntries(recorder.sinks().map((state) => [state.name, state]))
  assert.equal(told['kept'], undefined)
  assert.partialDeepStrictEqual(told['whole'], { accepted: 2, failed: 0, waiting: 0, lag: 0 })
  assert.partialDeepStrictEqual(told['broken'], {
    failed: 2,
    healthy: false,
    lastError: 'disk full',
  })
  assert.partialDeepStrictEqual(told['slow'], { waiting: 2, lag: 250, healthy: true })
  gate.resolve()
})

test('a sink that failed counts as failing for ten seconds, until it is tried again', async () => {
  const clock = { now: 0 }
  const { recorder } = aRecorder({ sinks: [broken()], now: () => clock.now })
  await assert.rejects(recorder.intent(anIssuedTrail()))
  const healthAt = (time: number) => {
    clock.now = time
    return recorder.sinks()[0]?.healthy
  }
  assert.deepEqual([healthAt(0), healthAt(10_000), healthAt(10_001)], [false, false, true])
})

test('a policy that is too old for a decision does not lose its record', async () => {
  const { recorder, sink } = aRecorder({
    policy: () => {
      throw new Refusal('policy_stale')
    },
  })
  await recorder.outcome(anIssuedTrail(), 200, undefined)
  const { data } = sink.records[1]?.event ?? {}
  assert.ok(data?.class_uid === 3002)
  assert.deepEqual(data.unmapped.assertion?.claims, [{ json: '"alice"', name: 'sub' }])
})

test('a flood of refusals is sampled and counted, to the last one', async () => {
  const { recorder, sink } = aRecorder({ flood: { burst: 5, perSecond: 0 } })
  for (let i = 0; i < 100; i += 1) await recorder.outcome(aTrail(), 400, new Refusal('alg'))
  await recorder.outcome(aTrail(), 400, new Refusal('replay'))
  await recorder.close()
  assert.equal(kinds(sink.records).filter((kind) => kind === 'refused').length, 6)
  const summary = sink.records.find(({ event }) => event.type === 'dev.tokenbureau.summary')
  assert.deepEqual(summary?.event.data.class_uid === 1008 && summary.event.data.unmapped.refusals, [
    { reason: 'alg', recorded: 5, suppressed: 95 },
  ])
})

test('issuance and refusals after an intent are never sampled', async () => {
  const { recorder, sink } = aRecorder({ flood: { burst: 0, perSecond: 0 } })
  await recorder.outcome(anIssuedTrail(), 200, undefined)
  await recorder.outcome(anIssuedTrail(), 400, new Refusal('upstream_denied'))
  assert.deepEqual(kinds(sink.records), ['checkpoint', 'issued', 'refused'])
})

test('a policy that is loaded or refused leaves a record', async () => {
  const { recorder, sink } = aRecorder()
  await recorder.policy({ digest: 'sha256:1', loaded: true, problems: 0 })
  await recorder.policy({ digest: 'sha256:2', loaded: false, problems: 2 })
  assert.deepEqual(
    sink.records.slice(1).map(({ event }) => [event.data.status, event.subject]),
    [
      ['Success', 'sha256:1'],
      ['Failure', 'sha256:2'],
    ],
  )
})

test('closing writes a last checkpoint, and nothing is recorded after it', async () => {
  const { recorder, sink } = aRecorder()
  await recorder.intent(anIssuedTrail())
  await recorder.close()
  await recorder.close()
  await assert.rejects(recorder.intent(anIssuedTrail()), unavailable)
  assert.deepEqual(kinds(sink.records), ['checkpoint', 'intent', 'checkpoint'])
})

test('a sink that hangs does not hold up the end', async () => {
  const sink = { ...hung(), close: () => new Promise<void>(() => undefined) }
  const { recorder } = aRecorder({ sinks: [sink], deadline: 20 })
  await assert.rejects(recorder.intent(anIssuedTrail()), unavailable)
  // The process itself must stay alive for the answer: nothing of the recorder's does.
  const alive = setInterval(() => undefined, 1000)
  await recorder.close()
  clearInterval(alive)
  assert.equal(recorder.sinks()[0]?.accepted, 0)
})

test('a recorder that recorded nothing closes without a word', async () => {
  const { recorder, sink } = aRecorder()
  await recorder.close()
  assert.deepEqual(sink.records, [])
})

const signaturesOf = (records: readonly AuditRecord[]) =>
  records.flatMap(({ event }) =>
    event.data.class_uid === 1008 ? [event.data.unmapped.checkpoint?.signature] : [],
  )

/** Lets a minute of the recorder's timers pass. */
async function passMinutes(t: TestContext, minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    t.mock.timers.tick(60_000)
    await Promise.resolve()
  }
}

test('with a mounted key each minute gets a signed checkpoint', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { recorder, sink } = aRecorder()
  await recorder.intent(anIssuedTrail())
  await passMinutes(t, 2)
  await recorder.close()
  const signatures = signaturesOf(sink.records)
  assert.equal(signatures.length, 4)
  assert.equal(new Set(signatures).size, 4)
  for (const signature of signatures) assert.match(signature ?? '', /^[\w-]{86}$/)
})

test('without a mounted key checkpoints open and close the chain unsigned', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { recorder, sink } = aRecorder({ key: openAuditKey(undefined) })
  await recorder.intent(anIssuedTrail())
  await passMinutes(t, 2)
  await recorder.close()
  assert.deepEqual(signaturesOf(sink.records), [undefined, undefined])
})
