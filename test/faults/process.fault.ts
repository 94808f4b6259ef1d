import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { startBureau } from '../../deploy/local/bureau-process.ts'
import { verifyStore } from '../../shared/audit/verify/sources.ts'
import type { Dealing } from './client.ts'
import { assertAnswers, assertCalm, statuses } from './expect.ts'
import type { Fault } from './fault.ts'
import { crowd, paced, rounds } from './load.ts'
import { linesOfStore } from './records.ts'

const STORED = {
  env: { AUDIT_SINKS: 'sqlite:DIRECTORY/audit.sqlite' },
  records: linesOfStore,
}

const KILLS = 20
const CALLERS = 24

const killed: Fault = {
  name: 'kill-9',
  promise: 'twenty kills under load lose no acknowledged record; the log shows twenty cut ends',
  async run(bench) {
    const scene = await bench.scene(STORED, ['cut_tail', 'intent_without_outcome'])
    scene.google.faults.latency = 0.01
    let bureau = scene.bureau
    for (let kill = 0; kill < KILLS; kill += 1) {
      let dead = false
      const load = rounds(scene.client, CALLERS, () => dead, scene.orders.any)
      const asked = scene.client.dealings().length
      while (scene.client.dealings().length < asked + CALLERS) await wait(5)
      await wait(bench.random.below(250))
      bureau.signal('SIGKILL')
      dead = true
      await bureau.exited
      // Who was answered was answered well; the others have no answer at all.
      assertCalm((await load).filter(({ status }) => status !== 0))
      const { env, takeLine: onLine } = scene
      bureau = await startBureau({ port: bureau.port, env, onLine, keepOutput: false })
    }
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    const { code } = await bureau.stop()
    assert.equal(code, 0)
    const { counts } = await verifyStore(scene.store, { columns: true }, () => {})
    assert.equal(counts.cut_tail, KILLS)
    return { answers: statuses(scene.client.dealings()) }
  },
}

/** Requests that are in flight when the signal comes. */
const IN_FLIGHT = 50

const terminated: Fault = {
  name: 'sigterm',
  promise: '50 of 50 requests in flight are answered after SIGTERM, and the log is closed',
  async run(bench) {
    const scene = await bench.scene(STORED)
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    scene.google.faults.latency = 0.8
    const arrived = () => scene.google.counters().requests['sts'] ?? 0
    const before = arrived()
    const signalled = new AbortController()
    const insist = async (): Promise<Dealing> => {
      const order = await scene.orders.right(bench.random.pick(scene.tenants))
      let dealing = await scene.client.ask(order)
      while (dealing.status === 503 && !signalled.signal.aborted)
        dealing = await scene.client.ask(order)
      return dealing
    }
    const asked = Promise.all(Array.from({ length: IN_FLIGHT }, insist))
    while (arrived() < before + IN_FLIGHT) await wait(5)
    signalled.abort()
    const started = performance.now()
    scene.bureau.signal('SIGTERM')
    // Who comes later finds a closed door, or a connection that was open before.
    const late = paced(scene.client, 50, 1, scene.orders.any)
    const { code } = await scene.bureau.exited
    const seconds = (performance.now() - started) / 1000
    assertAnswers(await asked, 200)
    assertAnswers(await late, 0, 200, 400, 503)
    assert.equal(code, 0)
    // 8 s to drain and 1.5 s to flush would be the most; the platform kills after 10 s.
    assert.ok(seconds < 9.5, `${seconds} s`)
    return { 'gone after s': seconds.toFixed(1) }
  },
}

/** What becomes of answers and records when the process ends. */
export const PROCESS_FAULTS: readonly Fault[] = [killed, terminated]
