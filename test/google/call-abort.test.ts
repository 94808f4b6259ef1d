import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { pause } from '../../shared/google/pause.ts'
import { aContext, exchange, exchanged, googleAt, refusalOf } from '../support/google-client.ts'
import { inTurn, json, record, type RecordingServer } from '../support/recording-server.ts'

let server: RecordingServer
before(async () => {
  server = await record()
})
after(() => server.close())

test('a caller that is gone before the call sends nothing', async () => {
  server.replyWith(exchanged)
  await using google = googleAt(server.origin)
  const context = aContext(AbortSignal.abort())
  assert.equal((await refusalOf(exchange(google, context))).reason, 'aborted')
  assert.equal(context.attempts(), 0)
  assert.equal(server.requests.length, 0)
})

test('a caller that goes away in mid-call ends the call and its connection', async () => {
  const arrived = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  server.replyWith((response) => {
    response.on('close', () => closed.resolve())
    arrived.resolve()
  })
  await using google = googleAt(server.origin)
  const caller = new AbortController()
  const call = refusalOf(exchange(google, aContext(caller.signal)))
  await arrived.promise
  caller.abort()
  assert.equal((await call).reason, 'aborted')
  await closed.promise
  assert.equal(server.requests.length, 1)
})

test('a caller that goes away between two tries ends the wait', async () => {
  server.replyWith(json(503, {}, { 'retry-after': '5' }))
  const caller = new AbortController()
  await using google = googleAt(server.origin, {
    sleep: (ms, signal) => {
      queueMicrotask(() => caller.abort())
      return pause(ms, signal)
    },
  })
  const started = performance.now()
  assert.equal((await refusalOf(exchange(google, aContext(caller.signal)))).reason, 'aborted')
  assert.ok(performance.now() - started < 4_000)
  assert.equal(server.requests.length, 1)
})

test('a signal that carries a refusal refuses with it', async () => {
  server.replyWith(exchanged)
  await using google = googleAt(server.origin)
  const late = new Refusal('overloaded')
  assert.equal(await refusalOf(exchange(google, aContext(AbortSignal.abort(late)))), late)
})

test('listeners on the caller’s signal do not pile up', async () => {
  server.replyWith(inTurn(json(503, {}), exchanged))
  await using google = googleAt(server.origin)
  const caller = new AbortController()
  let listening = 0
  const { signal } = caller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (type: string, listener: () => void) => {
    listening += 1
    add(type, listener)
  }
  signal.removeEventListener = (type: string, listener: () => void) => {
    listening -= 1
    remove(type, listener)
  }
  await exchange(google, aContext(signal))
  assert.equal(listening, 0)
})
