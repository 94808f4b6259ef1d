import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { pubsubSink } from '../../../shared/audit/sinks/pubsub.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { createVerifier } from '../../../shared/audit/verify/verifier.ts'
import { anIssuedTrail, recorderOptions } from '../../support/audit.ts'
import { pubsubDouble } from '../../support/pubsub-double.ts'
import { findEmulator, startEmulator } from '../../support/pubsub-emulator.ts'

const TOPIC = 'projects/acme-audit/topics/records'

async function publishing() {
  const double = await pubsubDouble(TOPIC, 'the-token')
  const sink = pubsubSink({
    topic: TOPIC,
    endpoint: double.origin,
    accessToken: () => Promise.resolve(new Secret('publisher token', 'the-token')),
  })
  const recorder = createRecorder(recorderOptions({ sinks: [sink] }))
  return { double, recorder }
}

/** Whether the records of these lines are whole, and in their order. */
function verdictOn(lines: readonly string[]) {
  const verifier = createVerifier()
  for (const [index, line] of lines.entries()) verifier.add(Buffer.from(line), index + 1)
  return verifier.finish()
}

test('records are published as structured CloudEvents with the chain as ordering key', async () => {
  const { double, recorder } = await publishing()
  const trail = anIssuedTrail()
  await recorder.intent(trail)
  const [, intent] = double.messages
  const record = JSON.parse(intent?.text ?? '') as Record<string, unknown>
  assert.equal(record['id'], trail.requestId)
  assert.deepEqual(intent?.attributes, {
    'content-type': 'application/cloudevents+json',
    id: trail.requestId,
    type: 'dev.tokenbureau.intent',
  })
  assert.equal(intent?.orderingKey, record['chainid'])
  await recorder.close()
  await double.close()
})

test('records that come together go together, and arrive in the order of their chain', async () => {
  const { double, recorder } = await publishing()
  for (let wave = 0; wave < 5; wave += 1) {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const trail = anIssuedTrail()
        await recorder.intent(trail)
        await recorder.outcome(trail, 200, undefined)
      }),
    )
  }
  await recorder.close()
  const report = verdictOn(double.messages.map(({ text }) => text))
  assert.deepEqual([report.ok, report.records], [true, 1002])
  assert.ok(double.batches.length < 100, `${double.batches.length} requests`)
  assert.equal(double.connections(), 1)
  await double.close()
})

const status = (code: number) => (response: ServerResponse) =>
  void response.writeHead(code, { 'content-type': 'application/json' }).end('{"error":{}}')
const reset = (response: ServerResponse) => void response.destroy()
const rubbish = (response: ServerResponse) => void response.writeHead(200).end('<html>')
const noIds = (response: ServerResponse) => void response.writeHead(200).end('{"messageIds":[]}')

const FAILURES: readonly (readonly [
  claim: string,
  failures: readonly ((response: ServerResponse) => void)[],
  accepted: boolean,
])[] = [
  ['one 503', [status(503)], true],
  ['one 429', [status(429)], true],
  ['one reset', [reset], true],
  ['two failures', [status(500), reset], true],
  ['three failures', [status(503), status(503), status(503)], false],
  ['a 403', [status(403)], false],
  ['a 404', [status(404)], false],
  ['an answer without ids', [noIds], false],
  ['an answer that is no JSON, again and again', [rubbish, rubbish, rubbish], false],
]

for (const [claim, failures, accepted] of FAILURES) {
  test(`after ${claim} a record is ${accepted ? '' : 'not '}accepted`, async () => {
    const { double, recorder } = await publishing()
    double.failNext(...failures)
    const intent = recorder.intent(anIssuedTrail())
    await (accepted ? intent : assert.rejects(intent, { reason: 'audit_unavailable' }))
    await recorder.intent(anIssuedTrail())
    await recorder.close()
    await double.close()
  })
}

test('what a sink says of its failures holds no token', async () => {
  const { double, recorder } = await publishing()
  double.failNext(status(403))
  await assert.rejects(recorder.intent(anIssuedTrail()))
  assert.equal(recorder.sinks()[0]?.lastError, `pubsub:${TOPIC}: status 403`)
  await recorder.close()
  await double.close()
})

test('a publisher that gets no token accepts nothing', async () => {
  const double = await pubsubDouble(TOPIC, 'the-token')
  const sink = pubsubSink({
    topic: TOPIC,
    endpoint: double.origin,
    accessToken: () => Promise.reject(new Error('metadata server: secret-in-message')),
  })
  const recorder = createRecorder(recorderOptions({ sinks: [sink] }))
  await assert.rejects(recorder.intent(anIssuedTrail()), { reason: 'audit_unavailable' })
  assert.equal(double.requests.length, 0)
  assert.doesNotMatch(recorder.sinks()[0]?.lastError ?? '', /secret-in-message/)
  await recorder.close()
  await double.close()
})

test('a hung topic costs the deadline, and what waited is published once it answers', async () => {
  const double = await pubsubDouble(TOPIC)
  double.failNext(() => undefined)
  const sink = pubsubSink({ topic: TOPIC, endpoint: double.origin, accessToken: undefined })
  const recorder = createRecorder(recorderOptions({ sinks: [sink], deadline: 50 }))
  await assert.rejects(recorder.intent(anIssuedTrail()), { reason: 'audit_unavailable' })
  await recorder.flush()
  assert.equal(double.messages.length, 2)
  await recorder.close()
  await double.close()
})

const emulator = findEmulator()

test(
  'the real emulator keeps every record, in the order of its chain',
  {
    timeout: 120_000,
    skip: emulator === undefined && 'NO PUB/SUB EMULATOR HERE: the double alone was tried',
  },
  async () => {
    const running = await startEmulator(emulator ?? '')
    try {
      const subscription = 'projects/acme-audit/subscriptions/records'
      await running.create(TOPIC, subscription)
      const endpoint = `http://${running.host}`
      const sink = pubsubSink({ topic: TOPIC, endpoint, accessToken: undefined })
      const recorder = createRecorder(recorderOptions({ sinks: [sink], deadline: 20_000 }))
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const trail = anIssuedTrail()
          await recorder.intent(trail)
          await recorder.outcome(trail, 200, undefined)
        }),
      )
      await recorder.close()
      const pulled = await running.pull(subscription, 102)
      const report = verdictOn(pulled.map(({ text }) => text))
      assert.deepEqual([report.ok, report.records, report.duplicates], [true, 102, 0])
    } finally {
      await running.stop()
    }
  },
)
