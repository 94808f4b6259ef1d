import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { stdoutSink } from '../../../shared/audit/sinks/stdout.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'
import { anIssuedTrail, recorderOptions } from '../../support/audit.ts'
import { aTrail } from '../../support/policy.ts'

type Entry = Record<string, unknown> & { readonly event: { readonly id: string } }

/** What a request leaves on stdout, as objects, without the chain's opening. */
async function logged(
  record: (recorder: ReturnType<typeof createRecorder>) => Promise<void>,
  projectId?: string,
): Promise<Entry[]> {
  const stream = new PassThrough()
  const recorder = createRecorder(recorderOptions({ sinks: [stdoutSink(stream, projectId)] }))
  await record(recorder)
  stream.end()
  const lines = (await text(stream)).trimEnd().split('\n')
  return lines.slice(1).map((line) => JSON.parse(line) as Entry)
}

test('a refusal is one object with severity, reason, status, request id and the record', async () => {
  const [entry, ...more] = await logged((recorder) =>
    recorder.outcome(aTrail(), 400, new Refusal('signature')),
  )
  assert.deepEqual(more, [])
  assert.partialDeepStrictEqual(entry, {
    severity: 'WARNING',
    time: '2023-11-14T22:13:20.500Z',
    message: 'refused: signature (an unknown caller)',
    request_id: aTrail().requestId,
    status: 400,
    reason: 'signature',
    httpRequest: { requestMethod: 'POST', requestUrl: '/v1/token', status: 400, latency: '0.500s' },
    'logging.googleapis.com/labels': { type: 'dev.tokenbureau.refused' },
  })
  assert.equal(entry?.['logging.googleapis.com/insertId'], entry?.event.id)
})

test('an issue has the reason issued; its intent has no outcome', async () => {
  const trail = anIssuedTrail()
  const [intent, issued] = await logged(async (recorder) => {
    await recorder.intent(trail)
    await recorder.outcome(trail, 200, undefined)
  })
  assert.deepEqual([intent?.['reason'], intent?.['status']], [undefined, undefined])
  assert.deepEqual([issued?.['reason'], issued?.['status']], ['issued', 200])
  assert.equal(issued?.['severity'], 'INFO')
})

test('a fault is an ERROR', async () => {
  const [entry] = await logged((recorder) => recorder.outcome(aTrail(), 500, new Refusal('fault')))
  assert.equal(entry?.['severity'], 'ERROR')
})

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
for (const [projectId, trace] of [
  ['acme', `projects/acme/traces/${TRACE}`],
  [undefined, TRACE],
] as const) {
  test(`a trace is told ${projectId === undefined ? 'without' : 'with'} a project`, async () => {
    const caller = { ...aTrail().caller, traceId: TRACE, spanId: '00f067aa0ba902b7' }
    const [entry] = await logged(
      (recorder) => recorder.outcome(aTrail({ caller }), 400, new Refusal('request')),
      projectId,
    )
    assert.equal(entry?.['logging.googleapis.com/trace'], trace)
    assert.equal(entry?.['logging.googleapis.com/spanId'], '00f067aa0ba902b7')
  })
}

test('records of one turn of the event loop go out in one write', async () => {
  const writes: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk)
      done()
    },
  })
  const recorder = createRecorder(recorderOptions({ sinks: [stdoutSink(stream, undefined)] }))
  await Promise.all(Array.from({ length: 20 }, () => recorder.intent(anIssuedTrail())))
  assert.equal(writes.length, 1)
  assert.equal(writes[0]?.trimEnd().split('\n').length, 21)
})

test('a write error counts as not accepted', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) })
  stream.on('error', () => undefined)
  const recorder = createRecorder(recorderOptions({ sinks: [stdoutSink(stream, undefined)] }))
  await assert.rejects(recorder.intent(anIssuedTrail()), { reason: 'audit_unavailable' })
})

test('a reader that stands still costs records, not memory', async () => {
  const stream = new Writable({ write: () => undefined })
  const sink = stdoutSink(stream, undefined)
  const recorder = createRecorder(recorderOptions({ sinks: [sink], required: 'none' }))
  for (let i = 0; i < 250; i += 1) {
    for (let j = 0; j < 20; j += 1) await recorder.intent(anIssuedTrail())
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(stream.writableLength < 16 * 1024 * 1024, `${stream.writableLength} bytes wait`)
  assert.equal(recorder.sinks()[0]?.lastError, 'stdout: its reader does not keep up')
})

test('a reader of the process that stands still does not stop the process', async () => {
  const script = `
    import { stdoutSink } from '${new URL('../../../shared/audit/sinks/stdout.ts', import.meta.url).href}'
    import { composePolicy } from '${new URL('../../../shared/audit/record/upkeep.ts', import.meta.url).href}'
    const sink = stdoutSink(process.stdout, undefined)
    const origin = { instance: 'i', revision: 'r', version: '0' }
    const { event, text } = composePolicy({ digest: 'd', loaded: true, problems: 0 }, origin, 0)
    for (let i = 0; i < 1000; i += 1) {
      sink.write({ event, line: text, chain: 'c' }).catch(() => undefined)
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    process.stderr.write('still running', () => process.exit(0))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.deepEqual([said, code], ['still running', 0])
})
