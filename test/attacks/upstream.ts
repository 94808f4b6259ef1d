import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SERVICE } from '../support/attacks/policy.ts'
import { attack, type Siege } from '../support/attacks/siege.ts'
import type { Tally } from '../support/attacks/tally.ts'
import { UPSTREAM_ATTACKS } from '../support/attacks/upstream-table.ts'

/** Milliseconds that a call may take in all, and as much again for a busy machine. */
const PATIENCE = 16_000

const FOR_ID_TOKEN = {
  requested_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  resource: SERVICE,
}

/** Google's services answer wrongly, late, elsewhere or not at all. */
export function upstreamAttacks(tally: Tally, siege: () => Siege): void {
  describe('hostile upstreams', () => {
    for (const { id, name, endpoint, ...row } of UPSTREAM_ATTACKS) {
      attack(tally, id, name, siege, async ({ stage, refused }) => {
        const { google } = stage.stack
        const before = google.counters().requests[endpoint] ?? 0
        const { genuine } = stage.context()
        google.faults.set(endpoint, row.fault(stage.canary.url))
        const started = performance.now()
        const answer = await stage.exchange(
          genuine,
          endpoint === 'generateIdToken' ? FOR_ID_TOKEN : {},
        )
        const took = performance.now() - started
        google.faults.clear()

        const tries = (google.counters().requests[endpoint] ?? 0) - before
        assert.ok(tries >= row.tries[0] && tries <= row.tries[1], `${tries} tries`)
        assert.ok(took < PATIENCE, `${took} ms`)
        if (row.retryAfter !== undefined) {
          assert.equal(answer.headers['retry-after'], row.retryAfter)
        }
        if (row.unsaid !== undefined) assert.ok(!answer.body.includes(row.unsaid))
        await refused({ reason: row.reason, minted: row.minted, sent: [genuine] }, answer)
      })
    }

    attack(
      tally,
      'HT19',
      'the caller hangs up in mid-exchange',
      siege,
      async ({ stage, hungUp }) => {
        const { google } = stage.stack
        google.faults.set('sts', { kind: 'slow', seconds: 1, times: 1 })
        const before = google.ledger().length
        const gone = new AbortController()
        const { genuine } = stage.context()
        const answer = stage.exchange(genuine, {}, gone.signal)
        while (google.ledger().length === before) await nextTurn()
        gone.abort()
        await assert.rejects(answer, { name: 'AbortError' })
        await hungUp([genuine])
      },
    )
  })
}
