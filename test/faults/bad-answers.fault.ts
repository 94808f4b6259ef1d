import assert from 'node:assert/strict'
import type { FaultSetting } from '../../deploy/local/loopback/faults.ts'
import { assertAnswers, assertCalm, assertReasons } from './expect.ts'
import type { Fault } from './fault.ts'
import { crowd } from './load.ts'
import type { Wish } from './orders.ts'

/** Answers that no client may use, at any method. */
const ANYWHERE: readonly FaultSetting[] = [
  { kind: 'html' },
  { kind: 'empty-object' },
  { kind: 'truncated' },
  { kind: 'oversized', bytes: 20_971_520 },
  { kind: 'endless' },
  { kind: 'gzip-bomb', bytes: 67_108_864 },
  { kind: 'redirect', location: 'http://127.0.0.1:1/', status: 307 },
  { kind: 'status', status: 418 },
]

/** Answers of one method with a field that must not be believed. */
const FIELDS: Readonly<Record<string, readonly FaultSetting[]>> = {
  sts: [
    { kind: 'replace', fields: { expires_in: '3599' } },
    { kind: 'replace', fields: { expires_in: -1 } },
    { kind: 'replace', fields: { token_type: 'mac' } },
    { kind: 'replace', fields: { access_token: 'with\nline' } },
  ],
  generateAccessToken: [
    { kind: 'shift', field: 'expireTime', seconds: -7200 },
    { kind: 'shift', field: 'expireTime', seconds: 7200 },
    { kind: 'replace', fields: { expireTime: 'tomorrow' } },
    { kind: 'replace', fields: { accessToken: null } },
  ],
  generateIdToken: [
    { kind: 'replace', fields: { token: 'e30.e30.' } },
    { kind: 'replace', fields: { token: 7 } },
  ],
}

/** Requests for each bad answer. */
const EACH = 5

function badAnswers(method: string, wish: Wish): Fault {
  return {
    name: `bad-answers-${method}`,
    promise: `no answer of ${method} is believed that is not what was asked for`,
    async run(bench) {
      const scene = await bench.scene()
      const faults = [...ANYWHERE, ...(FIELDS[method] ?? [])]
      for (const fault of faults) {
        scene.google.faults.set(method, fault)
        const refused = await crowd(scene.client, EACH, () =>
          scene.orders.right(bench.random.pick(scene.tenants), wish),
        )
        assertAnswers(refused, 503)
        await assertReasons(scene, refused, 'upstream_bad')
      }
      // A connection that breaks in mid-answer is tried again.
      scene.google.faults.set(method, { kind: 'reset', times: 2 })
      assertCalm([
        await scene.client.ask(await scene.orders.right(scene.tenants[0] ?? assert.fail(), wish)),
      ])
      scene.google.faults.clear()
      assertCalm(await crowd(scene.client, 20, scene.orders.any))
      return { answers: faults.length }
    },
  }
}

/** What becomes of callers when Google's answers cannot be used. */
export const BAD_ANSWER_FAULTS: readonly Fault[] = [
  badAnswers('sts', 'access_token'),
  badAnswers('generateAccessToken', 'access_token'),
  badAnswers('generateIdToken', 'id_token'),
]
