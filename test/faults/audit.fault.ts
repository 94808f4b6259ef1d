import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { assertAnswers, assertCalm, granted, quantile, statuses } from './expect.ts'
import type { Fault } from './fault.ts'
import type { Tolerated } from './invariants.ts'
import { crowd, paced } from './load.ts'
import type { SceneOptions } from './scene.ts'
import { linesOfStore } from './records.ts'
import { refuseRecords, stallStore } from './spoilt-store.ts'
import { readiness, troubled } from './trouble.ts'

/** Where records go, and how many of those places must accept them. */
const sinks = (list: string, required: 'any' | 'all'): SceneOptions => ({
  env: { AUDIT_SINKS: list, AUDIT_REQUIRED: required },
  ...(list.includes('stdout') ? {} : { records: linesOfStore }),
})
const STORE = 'sqlite:DIRECTORY/audit.sqlite'
/** Records that a sink refused are missing; what was in flight then has an intent and no more. */
const NOT_ACCEPTED: Tolerated = ['gap', 'intent_without_outcome']

const anySink: Fault = {
  name: 'audit-one-sink-down',
  promise: 'one of two sinks that refuses is not noticed where any one suffices',
  async run(bench) {
    const scene = await bench.scene(sinks(`stdout,${STORE}`, 'any'))
    assertCalm(await troubled(scene, () => refuseRecords(scene.store)))
    return {}
  },
}

const allSinks: Fault = {
  name: 'audit-all-required',
  promise: 'one of two sinks that refuses stops every answer but 503 where all must accept',
  async run(bench) {
    const scene = await bench.scene(sinks(`stdout,${STORE}`, 'all'))
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    const repair = refuseRecords(scene.store)
    const before = scene.google.ledger().length
    const refused = await paced(scene.client, 50, 2, scene.orders.any)
    assertAnswers(refused, 503)
    assert.equal(scene.google.ledger().length, before, 'Google was asked for nothing')
    repair()
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return { refused: refused.length }
  },
}

const onlySink: Fault = {
  name: 'audit-down',
  promise: 'without its only sink the bureau mints nothing, is not ready, and comes back by itself',
  async run(bench) {
    const scene = await bench.scene(sinks(STORE, 'any'), NOT_ACCEPTED)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    const mid = await troubled(scene, () => refuseRecords(scene.store))
    assertAnswers(mid, 200, 400, 503)

    const repair = refuseRecords(scene.store)
    const before = scene.google.ledger().length
    assertAnswers(await crowd(scene.client, 20, scene.orders.any), 503)
    assert.equal(scene.google.ledger().length, before, 'Google was asked for nothing')
    assert.equal(await readiness(scene), 503)
    repair()
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return { answers: statuses(mid) }
  },
}

const slowSink: Fault = {
  name: 'audit-slow',
  promise: 'a sink that takes a second delays tokens, and lets none out before it has them',
  async run(bench) {
    const scene = await bench.scene(sinks(STORE, 'any'))
    const load = paced(scene.client, 50, 5, scene.orders.any)
    for (let stall = 0; stall < 4; stall += 1) {
      await wait(300)
      const release = stallStore(scene.store)
      await wait(800)
      release()
    }
    const dealings = await load
    assertCalm(dealings)
    return {
      'p99 ms': Math.round(
        quantile(
          dealings.map(({ took }) => took),
          0.99,
        ),
      ),
    }
  },
}

const stalledSink: Fault = {
  name: 'audit-stalled',
  promise: 'a sink that stands still costs 503s after two, and no token without its record',
  async run(bench) {
    const scene = await bench.scene(sinks(STORE, 'any'), NOT_ACCEPTED)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    const release = stallStore(scene.store)
    const before = scene.google.ledger().length
    const stalled = await paced(scene.client, 44, 1, scene.orders.any, 44)
    const waited = quantile(
      stalled.map(({ took }) => took),
      0.5,
    )
    assert.ok(waited < 6000, `${waited} ms for a sink that has 2 s`)
    assert.equal(granted(stalled), 0)
    assertAnswers(stalled, 503)
    assert.equal(scene.google.ledger().length, before, 'Google was asked for nothing')
    release()
    await wait(500)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return { 'refused in ms': Math.round(waited) }
  },
}

/** What becomes of tokens while their records cannot be written. */
export const AUDIT_FAULTS: readonly Fault[] = [anySink, allSinks, onlySink, slowSink, stalledSink]
