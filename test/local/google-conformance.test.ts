import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ProviderConfig } from '../../deploy/local/google/config.ts'
import { startIdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import { freePort } from '../support/free-port.ts'
import { exchangeToken, workloadToken, type Answer } from '../support/federation.ts'
import { POOL, startGoogleWorld } from '../support/google-world.ts'
import { STS_REFUSALS, UNREACHABLE } from '../support/sts-refusals.ts'

type World = Awaited<ReturnType<typeof startGoogleWorld>>

describe("the double's STS refuses in Google's words", () => {
  let world: World
  let unreachable: string

  before(async () => {
    unreachable = `http://127.0.0.1:${await freePort()}`
    const elliptic = await startIdentityProvider({ algorithm: 'ES256' })
    await elliptic.close()
    world = await startGoogleWorld((side, idp) => {
      const [onprem] = side.providers ?? []
      assert.ok(onprem)
      const like = (id: string, change: Partial<ProviderConfig>) => ({
        ...onprem,
        name: `${POOL}/providers/${id}`,
        ...change,
      })
      const { kid } = idp.signingKey()
      return {
        ...side,
        disabledPools: [POOL.replace(/ci$/, 'old')],
        providers: [
          onprem,
          like('disabled', { disabled: true }),
          {
            ...onprem,
            name: `${POOL.replace(/ci$/, 'old')}/providers/in-disabled-pool`,
          },
          like('unreachable', { issuer: unreachable }),
          like('default-audience', { allowedAudiences: [] }),
          like('elliptic', { jwks: { keys: elliptic.keys().map((key) => ({ ...key, kid })) } }),
        ],
      }
    })
  })
  after(() => world.close())

  for (const row of STS_REFUSALS) {
    test(row.claim, async () => {
      const order = workloadToken(row.token)
      const { iss } = order.claims ?? {}
      const placed =
        iss === UNREACHABLE ? { ...order, claims: { ...order.claims, iss: unreachable } } : order
      const token = await world.idp.sign(placed)
      const answer = await exchangeToken(world.google.url, row.raw?.(token) ?? token, row.request)
      refusedWith(answer, 400, row.error, row.description)
      assert.deepEqual(world.google.ledger(), [])
    })
  }

  test('its quota is used up', async () => {
    world.google.faults.set('sts', { kind: 'status', status: 429, retryAfter: 7 })
    const token = await world.idp.sign(workloadToken())
    const answer = await exchangeToken(world.google.url, token)
    world.google.faults.clear()
    assert.equal(answer.headers.get('retry-after'), '7')
    refusedWith(
      answer,
      429,
      'quota_exceeded',
      'The request was throttled due to rate limit: sts.googleapis.com/requests. Please retry after a few seconds.',
    )
  })
})

function refusedWith(
  { status, body }: Answer,
  expected: number,
  error: string,
  description: string | RegExp,
): void {
  assert.deepEqual(Object.keys(body).sort(), ['error', 'error_description'])
  assert.equal(body['error'], error, String(body['error_description']))
  if (typeof description === 'string') assert.equal(body['error_description'], description)
  else assert.match(String(body['error_description']), description)
  assert.equal(status, expected)
}
