import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { RESPELLINGS } from '../support/attacks/respellings.ts'
import { attack, type Siege } from '../support/attacks/siege.ts'
import type { Tally } from '../support/attacks/tally.ts'

const AT_ONCE = 100

/** One use of a token, in one process. */
export function replayAttacks(tally: Tally, siege: () => Siege): void {
  describe('replays', () => {
    for (const { id, name, first, again } of RESPELLINGS) {
      attack(tally, id, name, siege, async ({ stage, accepted, refused }) => {
        const token = first(stage.context('once'))
        await accepted(await stage.exchange(token), [token])
        const second = again(token)
        await refused({ reason: 'replay', sent: [second] }, await stage.exchange(second))
      })
    }

    attack(
      tally,
      'TM11',
      `${AT_ONCE} times at once`,
      siege,
      async ({ stage, accepted, refused }) => {
        const { genuine } = stage.context('once')
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, () => stage.exchange(genuine)),
        )
        const [success, ...others] = answers.filter(({ status }) => status === 200)
        assert.ok(success)
        assert.equal(others.length, 0)
        await accepted(success, [genuine])
        for (const answer of answers) {
          if (answer !== success) await refused({ reason: 'replay', sent: [genuine] }, answer)
        }
      },
    )
  })
}
