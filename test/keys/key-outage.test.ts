import assert from 'node:assert/strict'
import type { RequestListener, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { keyBench } from '../support/key-bench.ts'
import { serveKeys } from '../support/key-server.ts'
import { makeSigner } from '../support/keys.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const K1 = makeSigner('ES256', 'k1').publicJwk

const broken: RequestListener = (_, response) => response.writeHead(503).end('secret')

test('gone from the start: refused, and asked once in 10 seconds however many requests come', async () => {
  await using server = await serveKeys(K1)
  server.answer(broken)
  const { ask, outcome, pass } = keyBench(server)
  for (let second = 0; second < 30; second += 1) {
    const answers = await Promise.all([ask('k1'), ask('k1'), ask('other')])
    for (const refusal of answers) {
      assert.ok(refusal instanceof Refusal)
      assert.equal(refusal.reason, 'provider_unavailable')
      assert.equal(refusal.retryAfter, 10 - (second % 10))
      assert.equal(refusal.detail, `the keys of ${server.origin}: the answer has status 503`)
    }
    pass(SECOND)
  }
  assert.deepEqual(server.asked(), [3, 0])
  server.answer(undefined)
  assert.equal(await outcome('k1'), 'k1')
})

test('gone while keys are held: they serve until an hour past their freshness, marked stale', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass, store } = keyBench(server)
  await outcome('k1')
  server.answer(broken)
  const at = new Map<number, string>()
  for (let minute = 1; minute <= 71; minute += 1) {
    pass(MINUTE)
    at.set(minute, await outcome('k1'))
  }
  assert.equal(at.get(8), 'k1')
  assert.equal(at.get(10), 'k1 stale')
  assert.equal(at.get(69), 'k1 stale')
  assert.equal(at.get(70), 'provider_unavailable')
  const [state] = store.state()
  assert.deepEqual([state?.stale, state?.lastError], [true, 'the answer has status 503'])
  server.answer(undefined)
  pass(10 * SECOND)
  assert.equal(await outcome('k1'), 'k1')
  assert.equal(store.state()[0]?.lastError, undefined)
})

test('stale keys carry their true age', async () => {
  await using server = await serveKeys(K1)
  const { ask, pass } = keyBench(server)
  await ask('k1')
  server.answer(broken)
  pass(42 * MINUTE)
  const key = await ask('k1')
  assert.ok(!(key instanceof Refusal))
  assert.deepEqual([key.kid, key.ageSeconds, key.stale], ['k1', 2_520, true])
})

test('during a known outage no request waits, and the provider is asked once in 10 seconds', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass, nextFetch } = keyBench(server)
  await outcome('k1')
  server.answer(broken)
  pass(10 * MINUTE)
  assert.equal(await outcome('k1'), 'k1 stale')
  const before = server.asked()[0]
  const held = Promise.withResolvers<ServerResponse>()
  server.answer((_, response) => held.resolve(response))
  for (let second = 0; second < 9; second += 1) {
    pass(SECOND)
    assert.equal(await outcome('k1'), 'k1 stale')
  }
  assert.equal(server.asked()[0], before)
  pass(SECOND)
  const hanging = nextFetch()
  assert.equal(await outcome('k1'), 'k1 stale')
  const response = await held.promise
  assert.equal(await outcome('k1'), 'k1 stale')
  response.destroy()
  assert.match((await hanging).lastError ?? '', /^the request failed/)
  assert.equal(server.asked()[0], before + 1)
})

test('a failed refresh ahead is tried again after 10 seconds, before the freshness ends', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass, nextFetch } = keyBench(server)
  await outcome('k1')
  server.answer(broken)
  pass(9 * MINUTE)
  const failed = nextFetch()
  assert.equal(await outcome('k1'), 'k1')
  await failed
  server.answer(undefined)
  pass(10 * SECOND)
  const repaired = nextFetch()
  assert.equal(await outcome('k1'), 'k1')
  assert.equal((await repaired).lastError, undefined)
  pass(60 * SECOND)
  assert.equal(await outcome('k1'), 'k1')
})

test('an unknown kid during an outage is no verdict: unavailable, not refused', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass } = keyBench(server)
  await outcome('k1')
  server.answer(broken)
  pass(MINUTE)
  assert.equal(await outcome('other'), 'provider_unavailable')
  assert.equal(await outcome('k1'), 'k1')
  pass(5 * SECOND)
  assert.equal(await outcome('other'), 'provider_unavailable')
  assert.deepEqual(server.asked(), [2, 1])
})

test('an unknown kid does not ask a provider again that failed a moment ago', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass, nextFetch } = keyBench(server)
  await outcome('k1')
  server.answer(broken)
  pass(9 * MINUTE)
  const failed = nextFetch()
  assert.equal(await outcome('k1'), 'k1')
  await failed
  const before = server.asked()
  assert.equal(await outcome('other'), 'provider_unavailable')
  assert.deepEqual(server.asked(), before)
})

test('a bad answer is an outage and keeps the good keys', async () => {
  const bodies = [
    '<html>',
    '{"keys":7}',
    JSON.stringify({ keys: Array.from({ length: 65 }, () => ({})) }),
  ]
  for (const body of bodies) {
    await using server = await serveKeys(K1)
    const { outcome, pass } = keyBench(server)
    await outcome('k1')
    server.answer((request, response) => {
      const discovery = { issuer: server.origin, jwks_uri: `${server.origin}/jwks` }
      response.end(request.url === '/jwks' ? body : JSON.stringify(discovery))
    })
    pass(10 * MINUTE)
    assert.equal(await outcome('k1'), 'k1 stale')
  }
})

test('a clock set back makes the keys neither fresh nor usable', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass } = keyBench(server)
  await outcome('k1')
  pass(-60 * MINUTE)
  assert.equal(await outcome('k1'), 'k1')
  assert.deepEqual(server.asked(), [2, 2])
  server.answer(broken)
  pass(-60 * MINUTE)
  assert.equal(await outcome('k1'), 'provider_unavailable')
})

test('a refresh in the background holds no process open', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass, nextFetch } = keyBench(server)
  await outcome('k1')
  pass(9 * MINUTE)
  const fetched = nextFetch()
  await outcome('k1')
  await fetched
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout')
  assert.deepEqual(timers, [])
})
