import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { openVitalsLine, type VitalsLine } from '../support/attacks/vitals.ts'
import { assertAnswers, assertCalm, assertRetryAfter, granted, quantile } from './expect.ts'
import type { Fault } from './fault.ts'
import { after, crowd, paced, rounds } from './load.ts'
import type { Order } from './orders.ts'
import { resourcesOf } from './resources.ts'
import type { Scene } from './scene.ts'

/** Requests that are worked on at once, at most. */
const PLACES = 250
/** Seconds that each of Google's two calls takes here: so much is served a second, and no more. */
const CALL = 1
const CAPACITY = PLACES / (2 * CALL)
/** Callers: on a machine that cannot keep up the surplus comes late, and does not drown it. */
const CALLERS = 2 * PLACES

const overload: Fault = {
  name: 'overload',
  promise: 'five times what can be served: the surplus is told so at once, the rest is served',
  async run(bench) {
    const scene = await bench.scene()
    const right = () => scene.orders.right(bench.random.pick(scene.tenants))
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    const before = scene.book.all().length
    scene.google.faults.latency = CALL
    const seconds = 6
    const dealings = await paced(scene.client, 5 * CAPACITY, seconds, right, CALLERS)
    scene.google.faults.latency = 0
    assertAnswers(dealings, 200, 503)
    const recorded = scene.book
      .all()
      .slice(before)
      .filter(({ kind }) => kind === 'refused')
    const others = recorded.filter(({ reason }) => reason !== 'overloaded')
    assert.deepEqual(
      others.map(({ reason }) => reason),
      [],
      'refused for something else',
    )
    assertRetryAfter(dealings, 1)
    const took = (status: number, share: number): number =>
      quantile(
        dealings.filter((each) => each.status === status).map((each) => each.took),
        share,
      )
    const served = granted(dealings) * dealings.length
    assert.ok(served >= 0.5 * CAPACITY * seconds, `${served} served in ${seconds} s`)
    const inside = (share: number): number =>
      quantile(
        recorded.map(({ data }) => data.duration),
        share,
      )
    assert.ok(inside(0.5) <= 50, `${inside(0.5)} ms from the request to its refusal`)
    assert.ok(inside(0.95) <= took(200, 0.5) / 5, `${inside(0.95)} ms for some`)
    assert.ok(took(503, 0.5) <= took(200, 0.5) / 2, 'refusals are as slow as service')
    assertCalm(await crowd(scene.client, 20, scene.orders.any))
    return {
      served: granted(dealings).toFixed(2),
      'served p50 ms': Math.round(took(200, 0.5)),
      'refused p50 ms': Math.round(took(503, 0.5)),
      'inside p50 ms': inside(0.5),
      'p95 ms': inside(0.95),
    }
  },
}

/** Seconds of the soak, and those before that count for nothing. */
const SOAK = 60
const SETTLING = 12
/** Callers of the soak, and the milliseconds that each waits between two requests. */
const SOAKING = 16
const THINKING = 120
/**
 * What may be left behind: MiB that are alive after a collection (a leak of 2 KiB a request would be
 * 14), MiB that are resident, which V8 gives back when it likes, and open descriptors.
 */
const LEFT_BEHIND = { alive: 6, resident: 120, descriptors: 10 }
const MIB = 1_048_576

const soak: Fault = {
  name: 'soak',
  promise: 'a minute of every kind of request leaves neither memory nor descriptors behind',
  async run(bench) {
    const line = await openVitalsLine()
    bench.afterwards(async () => line.close())
    const scene = await bench.scene({ agents: line.env })
    // A fixed number of callers: a pause of the machine must not look like a leak of sockets.
    const load = (seconds: number) =>
      rounds(scene.client, SOAKING, after(seconds), async () => {
        await wait(THINKING)
        return scene.orders.any()
      })
    assertCalm(await load(SETTLING))
    const right = () => scene.orders.right(bench.random.pick(scene.tenants))
    const before = await holdings(scene, line, right)
    assertCalm(await load(SOAK))
    const then = await holdings(scene, line, right)
    const told = Object.entries(LEFT_BEHIND).map(([name, most]) => {
      const what = name as keyof typeof LEFT_BEHIND
      assert.ok(then[what] - before[what] <= most, `${what} ${before[what]}, then ${then[what]}`)
      return [what, `${before[what].toFixed(0)} to ${then[what].toFixed(0)}`]
    })
    return Object.fromEntries(told)
  },
}

/**
 * What a process holds once its garbage is collected: alive and resident in MiB, descriptors. All
 * callers at once come first: pools keep the connections that the last moments needed, and those must
 * be as many each time.
 */
async function holdings(
  scene: Scene,
  line: VitalsLine,
  right: () => Promise<Order>,
): Promise<typeof LEFT_BEHIND> {
  scene.google.faults.latency = CALL
  for (let wave = 0; wave < 2; wave += 1) {
    assertCalm(await crowd(scene.client, SOAKING, right))
  }
  scene.google.faults.latency = 0
  // V8 gives memory back a moment after it was collected.
  await line.memory()
  await wait(1000)
  const { heapUsed, external } = await line.memory()
  const { memory, descriptors } = await resourcesOf(scene.bureau.pid)
  return { alive: (heapUsed + external) / MIB, resident: memory, descriptors }
}

/** What becomes of callers, and of the process, under more load and under long load. */
export const LOAD_FAULTS: readonly Fault[] = [overload, soak]
