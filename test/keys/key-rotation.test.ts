import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { keyBench } from '../support/key-bench.ts'
import { serveKeys } from '../support/key-server.ts'
import { makeSigner } from '../support/keys.ts'

const SECOND = 1_000
const KEYS = Array.from({ length: 40 }, (_, n) => makeSigner('ES256', `k${n}`).publicJwk)
const [K0 = {}, K1 = {}, K2 = {}] = KEYS

test('10,000 unknown kids in a minute: one fetch in 10 seconds, and good requests go on', async () => {
  await using server = await serveKeys(K0)
  const { outcome, pass } = keyBench(server)
  await outcome('k0')
  const seen = new Set<string>()
  for (let tick = 0; tick < 1_000; tick += 1) {
    const kids = Array.from({ length: 10 }, (_, n) => `made-up-${tick}-${n}`)
    for (const refused of await Promise.all(kids.map((kid) => outcome(kid)))) seen.add(refused)
    assert.equal(await outcome('k0'), 'k0')
    pass(60)
  }
  assert.deepEqual([...seen], ['kid'])
  assert.deepEqual(server.asked(), [7, 7])
})

test('unknown kids before any key is held cost one fetch in 10 seconds as well', async () => {
  await using server = await serveKeys(K0)
  const { outcome, pass } = keyBench(server)
  for (let second = 0; second < 10; second += 1) {
    assert.equal(await outcome('made-up'), 'kid')
    pass(SECOND)
  }
  assert.deepEqual(server.asked(), [1, 1])
})

test('an abrupt rotation loses no request: those with the new kid wait for one fetch', async () => {
  await using server = await serveKeys(K0)
  const { outcome, pass } = keyBench(server)
  await outcome('k0')
  pass(SECOND)
  server.publish(K1)
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => outcome('k1')))
  assert.deepEqual([...new Set(outcomes)], ['k1'])
  assert.equal(await outcome('k0'), 'kid')
  assert.deepEqual(server.asked(), [2, 2])
})

async function endAfter(event: Promise<void>, response: ServerResponse, body: string) {
  await event
  response.end(body)
}

test('requests that joined a fetch from before the rotation ask once more, together', async () => {
  await using server = await serveKeys(K0)
  const { outcome, pass } = keyBench(server)
  await outcome('k0')
  pass(9 * 60 * SECOND)
  const requested = server.nextRequest()
  const released = Promise.withResolvers<void>()
  server.answer((request, response) => {
    const discovery = { issuer: server.origin, jwks_uri: `${server.origin}/jwks` }
    if (request.url !== '/jwks') response.end(JSON.stringify(discovery))
    else void endAfter(released.promise, response, JSON.stringify({ keys: [K0] }))
  })
  assert.equal(await outcome('k0'), 'k0')
  await requested
  await server.nextRequest()
  const waiting = Promise.all(Array.from({ length: 50 }, () => outcome('k1')))
  server.answer(undefined)
  server.publish(K0, K1)
  released.resolve()
  assert.deepEqual([...new Set(await waiting)], ['k1'])
  assert.deepEqual(server.asked(), [3, 3])
})

test('a refetch that brings its kid shortens the pause, one that does not keeps it', async () => {
  await using server = await serveKeys(K0)
  const { outcome, pass } = keyBench(server)
  await outcome('k0')
  const rows = [
    // publish, kid, outcome, fetches in all, milliseconds until the next row
    [K1, 'k1', 'k1', 2, 999],
    [K2, 'k2', 'kid', 2, 1],
    [K2, 'k2', 'k2', 3, 1_000],
    [K2, 'made-up', 'kid', 4, 9_999],
    [K1, 'k1', 'kid', 4, 1],
    [K1, 'k1', 'k1', 5, 0],
  ] as const
  for (const [published, kid, expected, fetches, pause] of rows) {
    server.publish(published)
    assert.equal(await outcome(kid), expected, kid)
    assert.deepEqual(server.asked(), [fetches, fetches], kid)
    pass(pause)
  }
})

/**
 * Rotates every 2 seconds for a minute under 200 requests a second, `ahead` keys published before
 * their first use and one after its last; `flood` adds made-up kids. Counts what was lost.
 */
async function roll(ahead: number, flood: boolean): Promise<{ lost: number; fetches: number }> {
  await using server = await serveKeys(...KEYS.slice(0, 1 + ahead))
  const { outcome, pass } = keyBench(server)
  let lost = 0
  for (let tick = 0; tick < 12_000; tick += 1) {
    const current = Math.floor(tick / 400)
    server.publish(...KEYS.slice(Math.max(0, current - 1), current + 1 + ahead))
    if ((await outcome(`k${current}`)) !== `k${current}`) lost += 1
    if (flood) await outcome(`made-up-${tick}`)
    pass(5)
  }
  return { lost, fetches: server.asked()[1] }
}

test('a rolling rotation every 2 s at 200 requests/s loses none, however short the notice', async () => {
  for (const [ahead, fetches] of [
    [0, 30],
    [1, 15],
    [5, 5],
  ] as const) {
    assert.deepEqual(await roll(ahead, false), { lost: 0, fetches }, `${ahead} ahead`)
  }
})

test('beside a flood of made-up kids it loses none if keys are published 10 s ahead', async () => {
  assert.deepEqual(await roll(5, true), { lost: 0, fetches: 7 })
})
