import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { createKeyStore } from '../../shared/keys/key-store.ts'
import { keyBench } from '../support/key-bench.ts'
import { getOnLoopback, serveKeys } from '../support/key-server.ts'
import { makeSigner } from '../support/keys.ts'
import { aProvider } from '../support/policy.ts'

const MINUTE = 60_000
const K1 = makeSigner('ES256', 'k1').publicJwk
const K2 = makeSigner('ES256', 'k2').publicJwk

const clocks = { now: () => 0, random: () => 0 }

test('1,000 concurrent first requests: one discovery and one key set', async () => {
  await using server = await serveKeys(K1)
  const { outcome } = keyBench(server)
  const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => outcome('k1')))
  assert.deepEqual([...new Set(outcomes)], ['k1'])
  assert.deepEqual(server.asked(), [1, 1])
})

test('fresh for 10 minutes, with an age that grows', async () => {
  await using server = await serveKeys(K1)
  const { ask, pass } = keyBench(server)
  for (const [minutes, age] of [
    [0, 0],
    [1, 60],
    [7, 480],
  ] as const) {
    pass(minutes * MINUTE)
    const key = await ask('k1')
    assert.ok(!(key instanceof Refusal))
    assert.deepEqual([key.kid, key.ageSeconds, key.stale], ['k1', age, false])
  }
  assert.deepEqual(server.asked(), [1, 1])
})

test('refreshed ahead in the background: the request that starts it does not wait', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass, nextFetch, store } = keyBench(server)
  await outcome('k1')
  server.publish(K1, K2)
  pass(9 * MINUTE)
  const fetched = nextFetch()
  const requested = server.nextRequest()
  assert.equal(await outcome('k1'), 'k1')
  assert.equal(store.state()[0]?.usable, 1)
  await requested
  assert.equal((await fetched).usable, 2)
  assert.equal(await outcome('k2'), 'k2')
  assert.deepEqual(server.asked(), [2, 2])
})

test('the key set says how long it is fresh, within 1 to 60 minutes', async () => {
  for (const [control, minutes] of [
    ['max-age=1', 1],
    ['max-age=1800', 30],
    ['max-age=86400', 60],
  ] as const) {
    await using server = await serveKeys(K1)
    server.cacheControl(control)
    const { outcome, pass } = keyBench(server)
    await outcome('k1')
    pass(minutes * MINUTE * 0.9 - 1)
    await outcome('k1')
    assert.deepEqual(server.asked(), [1, 1], control)
    pass(minutes * MINUTE * 0.1 + 1)
    await outcome('k1')
    assert.deepEqual(server.asked(), [2, 2], control)
  }
})

test('an expired set is not used while a new one can be had', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass } = keyBench(server)
  await outcome('k1')
  server.publish(K2)
  pass(10 * MINUTE)
  assert.equal(await outcome('k1'), 'kid')
  assert.equal(await outcome('k2'), 'k2')
  assert.deepEqual(server.asked(), [2, 2])
})

test('an empty key set is a good answer and removes every key', async () => {
  await using server = await serveKeys(K1)
  const { outcome, pass } = keyBench(server)
  await outcome('k1')
  server.publish()
  assert.equal(await outcome('other'), 'kid')
  assert.equal(await outcome('k1'), 'kid')
  pass(10_000)
  server.publish(K1)
  assert.equal(await outcome('k1'), 'k1')
})

test('keys of the policy file need no fetch, have no age and are judged alike', async () => {
  const store = createKeyStore({
    ...clocks,
    get: () => Promise.reject(new Error('no fetch was expected')),
  })
  const weak = makeSigner('RS256', 'weak', { modulusLength: 1_024 }).publicJwk
  const keys = { kind: 'jwks', keys: [{ ...K1 }, { ...weak }] } as const
  const provider = aProvider({ keys })
  const { key, ...use } = await store.find(provider, 'ES256', 'k1')
  assert.deepEqual(use, { kid: 'k1', ageSeconds: 0, stale: false })
  assert.equal(await store.find(provider, 'ES256', 'k1').then((again) => again.key), key)
  await assert.rejects(store.find(provider, 'ES256', 'k2'), { reason: 'kid' })
  await assert.rejects(store.find(provider, 'RS256', 'weak'), { reason: 'key_rejected' })
  assert.deepEqual(store.state(), [])
})

test('a reload of the policy keeps the keys of an unchanged source, and of no other', async () => {
  await using server = await serveKeys(K1)
  const store = createKeyStore({ ...clocks, get: getOnLoopback })
  const same = { issuer: server.origin }
  const uri = `${server.origin}/jwks`
  const rows = [
    [aProvider(same), [1, 1]],
    [aProvider({ ...same, id: 'renamed', audiences: new Set(['other']) }), [1, 1]],
    [aProvider({ ...same, network: 'private' }), [2, 2]],
    [aProvider({ ...same, keys: { kind: 'jwksUri', uri } }), [2, 3]],
    [aProvider({ issuer: 'https://other.example', keys: { kind: 'jwksUri', uri } }), [2, 4]],
    [aProvider(same), [2, 4]],
  ] as const
  for (const [provider, asked] of rows) {
    await store.find(provider, 'ES256', 'k1')
    assert.deepEqual(server.asked(), asked)
  }
  assert.equal(store.state().length, 4)
})

test('sources that nobody uses any more are forgotten', async () => {
  await using server = await serveKeys(K1)
  let now = 0
  const store = createKeyStore({ now: () => now, random: () => 0, get: getOnLoopback })
  const keys = { kind: 'jwksUri', uri: `${server.origin}/jwks` } as const
  for (let count = 0; count < 50; count += 1) {
    await store.find(aProvider({ issuer: `https://idp${count}.example`, keys }), 'ES256', 'k1')
    now += 30 * MINUTE
  }
  assert.ok(store.state().length <= 3, `${store.state().length} sources`)
})

test('one issuer never gets the key of another', async () => {
  const own = makeSigner('ES256', 'k1').publicJwk
  await using a = await serveKeys(K1)
  await using b = await serveKeys(own)
  const store = createKeyStore({ ...clocks, get: getOnLoopback })
  const [fromA, fromB] = await Promise.all(
    [a, b].map(({ origin }) => store.find(aProvider({ issuer: origin }), 'ES256', 'k1')),
  )
  assert.notDeepEqual(fromA?.key, fromB?.key)
})
