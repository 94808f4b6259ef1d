import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { pubsubDouble, type PubsubDouble } from '../support/pubsub-double.ts'
import { assertAnswers, assertCalm, statuses } from './expect.ts'
import type { Bench, Fault } from './fault.ts'
import type { Tolerated } from './invariants.ts'
import { paced } from './load.ts'
import type { Scene } from './scene.ts'
import { troubled } from './trouble.ts'

const TOPIC = 'projects/acme-prod/topics/audit'

/** A scene whose only sink is Pub/Sub; the topic's messages are the record. */
async function publishing(
  bench: Bench,
  tolerated: Tolerated,
): Promise<{ readonly pubsub: PubsubDouble; readonly scene: Scene }> {
  const pubsub = await pubsubDouble(TOPIC)
  bench.afterwards(pubsub.close)
  const env = { AUDIT_SINKS: `pubsub:${TOPIC}`, PUBSUB_EMULATOR_HOST: new URL(pubsub.origin).host }
  const records = (): readonly string[] => pubsub.messages.map(({ text }) => text)
  return { pubsub, scene: await bench.scene({ env, records }, tolerated) }
}

const unavailable = (response: ServerResponse): void => {
  response.writeHead(503, { 'content-type': 'application/json' })
  response.end('{}')
}
const broken = (response: ServerResponse): void => void response.destroy()

const flaky: Fault = {
  name: 'pubsub-flaky',
  promise: 'errors and broken connections of Pub/Sub are tried again, and no token is lost by them',
  async run(bench) {
    const { pubsub, scene } = await publishing(bench, [])
    let strikes = 0
    let armed = false
    // One failure at a time, and more than three tries apart.
    const trouble = setInterval(() => {
      if (armed) return
      armed = true
      pubsub.failNext((response) => {
        armed = false
        strikes += 1
        bench.random.pick([unavailable, broken])(response)
      })
    }, 400)
    try {
      assertCalm(await paced(scene.client, 50, 6, scene.orders.any))
    } finally {
      clearInterval(trouble)
    }
    assert.ok(strikes > 5, `${strikes} failures`)
    return { strikes }
  },
}

const down: Fault = {
  name: 'pubsub-down',
  promise:
    'while Pub/Sub is down nothing is minted that is not on record, and afterwards all is well',
  async run(bench) {
    const { pubsub, scene } = await publishing(bench, ['gap', 'intent_without_outcome'])
    const dealings = await troubled(scene, () => {
      let over = false
      const fail = (response: ServerResponse): void => {
        if (!over) pubsub.failNext(fail)
        unavailable(response)
      }
      pubsub.failNext(fail)
      return () => void (over = true)
    })
    assertAnswers(dealings, 200, 400, 503)
    return { answers: statuses(dealings) }
  },
}

/** What becomes of tokens while Pub/Sub, the sink of production, fails. */
export const PUBSUB_FAULTS: readonly Fault[] = [flaky, down]
