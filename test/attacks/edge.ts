import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { EDGE_ATTACKS } from '../support/attacks/edge-table.ts'
import { assertSafeHeaders } from '../support/attacks/safe-headers.ts'
import { attack, type Siege } from '../support/attacks/siege.ts'
import type { Tally } from '../support/attacks/tally.ts'

const PAGES = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
  '/openapi.json',
  '/health',
  '/ready',
] as const

/** What comes before any token: methods, types, sizes, encodings, addresses, headers. */
export function edgeAttacks(tally: Tally, siege: () => Siege): void {
  describe('hostile HTTP', () => {
    for (const { id, name, reason, status, send } of EDGE_ATTACKS) {
      attack(tally, id, name, siege, async ({ stage, refused }) => {
        const { genuine } = stage.context()
        const answer = await send(stage, genuine)
        await refused(
          { reason, sent: [genuine], ...(status === undefined ? {} : { status }) },
          answer,
        )
      })
    }

    attack(tally, 'HT21', 'headers of each answer', siege, async ({ stage, accepted }) => {
      const { client } = stage
      for (const path of PAGES) {
        const page = await client.send({ method: 'GET', path, headers: {} })
        assert.equal(page.status, 200)
        assertSafeHeaders(page)
      }
      const { genuine } = stage.context()
      await accepted(await stage.exchange(genuine), [genuine])
      const introspection = await client.send({ path: '/v1/introspect', body: 'token=x' })
      assert.deepEqual(JSON.parse(introspection.body), { active: false })
      assertSafeHeaders(introspection)
    })
  })
}
