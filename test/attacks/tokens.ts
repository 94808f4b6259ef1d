import { describe } from 'node:test'
import { LOOKALIKES } from '../support/attacks/claims.ts'
import { TOKEN_ATTACKS } from '../support/attacks/corpus.ts'
import { RESPELT_ATTACKS } from '../support/attacks/respellings.ts'
import { attack, type Siege } from '../support/attacks/siege.ts'
import type { Tally } from '../support/attacks/tally.ts'

/** Tokens that are wrong by themselves: form, header, signature, claims, times, audience, issuer. */
export function tokenAttacks(tally: Tally, siege: () => Siege): void {
  describe('hostile tokens', () => {
    for (const { id, name, reason, make } of [
      ...TOKEN_ATTACKS,
      ...RESPELT_ATTACKS,
      ...LOOKALIKES,
    ]) {
      attack(tally, id, name, siege, async ({ stage, refused }) => {
        const token = make(stage.context())
        await refused({ reason, sent: [token] }, await stage.exchange(token))
      })
    }
  })
}
