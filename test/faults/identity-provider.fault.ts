import assert from 'node:assert/strict'
import { assertAnswers, assertCalm, assertReasons, assertRetryAfter, quantile } from './expect.ts'
import type { Fault } from './fault.ts'
import { crowd, paced } from './load.ts'
import type { Scene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Past the ten seconds in which a failed fetch is not repeated. */
const COOLED_DOWN = 11 * SECOND

/** Nobody's tokens can be verified, and no more is asked of the broken provider than one try. */
async function refusedCold(scene: Scene): Promise<number> {
  const refused = await paced(scene.client, 40, 2, () =>
    scene.orders.right(scene.tenants[0] ?? assert.fail()),
  )
  assertAnswers(refused, 503)
  assertRetryAfter(refused, 10)
  await assertReasons(scene, refused, 'provider_unavailable')
  return refused.length
}

const errorsCold: Fault = {
  name: 'idp-errors-cold',
  promise: 'an identity provider that answers 500 from the start costs 503s and one try in 10 s',
  async run(bench) {
    const scene = await bench.scene()
    const idp = scene.idp()
    idp.faults.set('*', { kind: 'status', status: 500 })
    const refused = await refusedCold(scene)
    const { discovery = 0, jwks = 0 } = idp.counters().requests
    assert.deepEqual([discovery, jwks], [1, 0])
    idp.faults.clear()
    await scene.clocks.setAll(COOLED_DOWN)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return { refused }
  },
}

/** Has the keys of every tenant's issuer fetched. */
async function fetchKeys(scene: Scene): Promise<void> {
  const orders = await Promise.all(scene.tenants.map((tenant) => scene.orders.right(tenant)))
  assertCalm(await Promise.all(orders.map(scene.client.ask)))
}

/** Keys that were fetched before serve for an hour past their freshness, and say so on record. */
async function servedStale(scene: Scene): Promise<void> {
  assertCalm(await paced(scene.client, 40, 2, scene.orders.any))
  // Past the bureau's minute; Google's own keys of the provider last for five.
  await scene.clocks.setAll(2 * MINUTE)
  const stale = await crowd(scene.client, 20, () =>
    scene.orders.right(scene.tenants[0] ?? assert.fail()),
  )
  assertCalm(stale)
  const recorded = stale.flatMap(({ requestId }) => scene.book.of(requestId))
  assert.ok(recorded.every(({ data }) => data.unmapped.key?.stale === true))
  await scene.clocks.setAll(3 * HOUR)
  const refused = await crowd(scene.client, 20, () =>
    scene.orders.right(scene.tenants[0] ?? assert.fail()),
  )
  assertAnswers(refused, 503)
  await assertReasons(scene, refused, 'provider_unavailable')
}

const errorsWarm: Fault = {
  name: 'idp-errors-warm',
  promise: 'keys fetched before the errors serve on, stale for an hour and no longer',
  async run(bench) {
    const scene = await bench.scene()
    await fetchKeys(scene)
    scene.idp().faults.set('*', { kind: 'status', status: 503 })
    await servedStale(scene)
    scene.idp().faults.clear()
    await scene.clocks.setAll(3 * HOUR + COOLED_DOWN)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return {}
  },
}

const slow: Fault = {
  name: 'idp-slow',
  promise: 'a slow identity provider is waited for once, a too slow one 2.5 s and not again',
  async run(bench) {
    const scene = await bench.scene()
    const idp = scene.idp()
    idp.faults.set('*', { kind: 'slow', seconds: 1 })
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    await scene.clocks.setAll(3 * HOUR)
    idp.faults.set('*', { kind: 'slow', seconds: 8 })
    const [tenant = assert.fail()] = scene.tenants
    const late = await crowd(scene.client, 20, () => scene.orders.right(tenant))
    const after = await crowd(scene.client, 20, () => scene.orders.right(tenant))
    assertAnswers([...late, ...after], 503)
    await assertReasons(scene, [...late, ...after], 'provider_unavailable')
    const waited = quantile(
      late.map(({ took }) => took),
      1,
    )
    const again = quantile(
      after.map(({ took }) => took),
      1,
    )
    assert.ok(waited < 6000, `waited ${waited} ms`)
    assert.ok(again < waited / 2, `waited ${again} ms again`)
    return { 'waited ms': Math.round(waited), 'then ms': Math.round(again) }
  },
}

const goneCold: Fault = {
  name: 'idp-gone-cold',
  promise: 'an identity provider that is not there costs 503s until it is',
  async run(bench) {
    const scene = await bench.scene()
    const refusedBy = scene.idp()
    await refusedBy.close()
    const refused = await refusedCold(scene)
    await scene.replaceIdp()
    await scene.clocks.setAll(COOLED_DOWN)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return { refused }
  },
}

const goneWarm: Fault = {
  name: 'idp-gone-warm',
  promise: 'nobody notices that an identity provider went away, and back with new keys it is heard',
  async run(bench) {
    const scene = await bench.scene()
    await fetchKeys(scene)
    await scene.idp().close()
    await servedStale(scene)
    await scene.replaceIdp()
    await scene.clocks.setAll(3 * HOUR + COOLED_DOWN)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return {}
  },
}

/** What becomes of callers while their identity provider fails. */
export const IDENTITY_PROVIDER_FAULTS: readonly Fault[] = [
  errorsCold,
  errorsWarm,
  slow,
  goneCold,
  goneWarm,
]
