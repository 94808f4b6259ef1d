import { describe } from 'node:test'
import { REQUEST_ATTACKS } from '../support/attacks/request-table.ts'
import { attack, type Siege } from '../support/attacks/siege.ts'
import type { Tally } from '../support/attacks/tally.ts'

/** Milliseconds of processor time for a regular expression that backtracks elsewhere. */
const GREEDY = 50

/** Good tokens in requests that the policy or the wire contract refuses. */
export function requestAttacks(tally: Tally, siege: () => Siege): void {
  describe('hostile requests', () => {
    for (const { id, name, reason, issuer, make } of REQUEST_ATTACKS) {
      attack(tally, id, name, siege, async ({ stage, refused }) => {
        const context = stage.context(issuer)
        const answer = await stage.client.send(make(context.genuine, context))
        await refused(
          { reason, sent: [context.genuine], ...(id === 'PB17' ? { longest: GREEDY } : {}) },
          answer,
        )
      })
    }
  })
}
