import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { assertAnswers, assertCalm, assertReasons, granted, quantile } from './expect.ts'
import type { Fault } from './fault.ts'
import { crowd, paced, persistent } from './load.ts'

/** Past the second for which a key set that brought its key is not fetched again. */
const FETCH_PAUSE = 1100

const rolling: Fault = {
  name: 'rotation-rolling',
  promise: 'keys that roll every 2 s at 200 requests/s cost no valid request',
  async run(bench) {
    const scene = await bench.scene({
      tenants: 2,
      identityProvider: { keysAhead: 2, keysBehind: 2 },
    })
    let rolls = 0
    const rollEvery2s = setInterval(() => {
      rolls += 1
      void scene.idp().rotate('rolling')
    }, 2000)
    const dealings = await paced(scene.client, 200, 13, () =>
      scene.orders.right(bench.random.pick(scene.tenants)),
    ).finally(() => clearInterval(rollEvery2s))
    assertCalm(dealings)
    const { jwks = 0 } = scene.idp().counters().requests
    // Each of the two issuers at first, and once for each key that it rolled to.
    assert.ok(jwks <= 2 * (rolls + 2), `${jwks} key sets fetched for ${rolls} keys`)
    return {
      'p99 ms': Math.round(
        quantile(
          dealings.map(({ took }) => took),
          0.99,
        ),
      ),
      fetches: jwks,
    }
  },
}

const abrupt: Fault = {
  name: 'rotation-abrupt',
  promise:
    'a key that appears unannounced is found at once, and the withdrawn one no longer counts',
  async run(bench) {
    const scene = await bench.scene({ tenants: 1 })
    const [tenant = assert.fail()] = scene.tenants
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    for (let round = 1; round <= 3; round += 1) {
      const withdrawn = { ...(await scene.orders.right(tenant)), entitled: false }
      await scene.idp().rotate('abrupt')
      assertCalm(await crowd(scene.client, 20, () => scene.orders.right(tenant)))
      const refused = await crowd(scene.client, 20, async () => withdrawn)
      assertAnswers(refused, 400)
      await assertReasons(scene, refused, 'kid')
      await scene.clocks.setAll(round * 11_000)
    }
    const { jwks = 0 } = scene.idp().counters().requests
    assert.ok(jwks <= 1 + 2 * 3, `${jwks} key sets fetched`)
    return { fetches: jwks }
  },
}

const firstRequests: Fault = {
  name: 'first-requests',
  promise: '1,000 first requests at once cause one discovery and one fetch of keys',
  async run(bench) {
    const scene = await bench.scene({ tenants: 1 })
    const [tenant = assert.fail()] = scene.tenants
    const orders = await Promise.all(Array.from({ length: 1000 }, () => scene.orders.right(tenant)))
    const dealings = await persistent(scene.client, orders, 10)
    assertAnswers(dealings, 200)
    const { discovery, jwks } = scene.idp().counters().requests
    assert.deepEqual([discovery, jwks], [1, 1])
    const atOnce = scene.client.dealings().slice(0, 1000)
    return {
      'at once': granted(atOnce) * 1000,
      'told to come again': scene.client.dealings().length - 1000,
    }
  },
}

const unknownKids: Fault = {
  name: 'unknown-kids',
  promise: 'made-up kids cost their issuer one fetch in 10 s, and good callers nothing',
  async run(bench) {
    const scene = await bench.scene({ tenants: 1 })
    const [tenant = assert.fail()] = scene.tenants
    const started = performance.now()
    const [flood, good] = await Promise.all([
      paced(scene.client, 200, 6, () => scene.orders.wrong(tenant, 'unknown kid'), 11),
      paced(scene.client, 50, 6, () => scene.orders.right(tenant), 11),
    ])
    assertAnswers(flood, 400)
    assertCalm(good)
    const { jwks = 0 } = scene.idp().counters().requests
    const seconds = (performance.now() - started) / 1000
    assert.ok(jwks <= 2 + Math.ceil(seconds / 10), `${jwks} key sets fetched in ${seconds} s`)

    // A key that was published before its first use is known in time, flood or not.
    await scene.idp().rotate('publish-ahead')
    await scene.clocks.setAll(11_000)
    await crowd(scene.client, 10, () => scene.orders.wrong(tenant, 'unknown kid'))
    await wait(FETCH_PAUSE)
    await scene.idp().rotate('rolling')
    const [, rolled] = await Promise.all([
      crowd(scene.client, 10, () => scene.orders.wrong(tenant, 'unknown kid')),
      crowd(scene.client, 10, () => scene.orders.right(tenant)),
    ])
    assertCalm(rolled)
    return { fetches: jwks }
  },
}

/** What becomes of callers while keys change, or seem to. */
export const ROTATION_FAULTS: readonly Fault[] = [rolling, abrupt, firstRequests, unknownKids]
