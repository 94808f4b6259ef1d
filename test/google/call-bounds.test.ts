import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { exchange, exchanged, googleAt, refusalOf } from '../support/google-client.ts'
import { serve } from '../support/loopback-server.ts'
import { hang, record, type RecordingServer } from '../support/recording-server.ts'

let server: RecordingServer
before(async () => {
  server = await record()
})
after(() => server.close())

test('a trickle of single bytes cannot outlast the try', async () => {
  const stopped: Promise<unknown>[] = []
  server.replyWith((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 10)
    stopped.push(once(response, 'close').then(() => clearInterval(drip)))
  })
  await using google = googleAt(server.origin, { tryMs: 100, totalMs: 1_000, random: () => 0 })
  const started = performance.now()
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.detail, 'sts: timeout (TIMEOUT), tries: 3')
  assert.ok(performance.now() - started < 2_000)
  await Promise.all(stopped)
})

test('no try begins where too little time is left', async () => {
  server.replyWith(hang)
  await using google = googleAt(server.origin, { tryMs: 100, totalMs: 120, random: () => 0 })
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.detail, 'sts: timeout (TIMEOUT), tries: 1')
})

test('an answer without end is cut off', async () => {
  let written = 0
  const closed = Promise.withResolvers<void>()
  server.replyWith((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(16_384, ' ')
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length
    }
    response.on('drain', pour)
    response.on('close', () => closed.resolve())
    pour()
  })
  await using google = googleAt(server.origin)
  assert.equal((await refusalOf(exchange(google))).reason, 'upstream_bad')
  await closed.promise
  assert.ok(written < 16 * 1_048_576, `${written} bytes`)
})

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} is not followed: the token stays here`, async () => {
    await using canary = await serve((_, response) => response.end())
    server.replyWith((response) =>
      response.writeHead(status, { location: `${canary.origin}/v1/token` }).end(),
    )
    await using google = googleAt(server.origin)
    const refusal = await refusalOf(exchange(google))
    assert.equal(refusal.reason, 'upstream_bad')
    assert.equal(canary.connections(), 0)
    assert.equal(server.requests.length, 1)
  })
}

test('nothing listens: refused as unavailable, with the code alone', async () => {
  const gone = await serve(() => {})
  await gone.close()
  await using google = googleAt(gone.origin)
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.reason, 'upstream')
  assert.equal(refusal.detail, 'sts: reset (ECONNREFUSED), tries: 3')
})

test('after the pools are closed a call says so', async () => {
  server.replyWith(exchanged)
  const google = googleAt(server.origin)
  await google.close()
  assert.equal((await refusalOf(exchange(google))).reason, 'shutting_down')
})
