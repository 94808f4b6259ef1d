import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { FaultSetting } from '../../deploy/local/loopback/faults.ts'
import { echoes, ID_TOKEN, PARTNER, places, WAYS } from '../support/attacks/canary-places.ts'
import { COLD_REALMS, openCanaryBench, type CanaryBench } from '../support/attacks/canary-bench.ts'
import { tokenLikes, tokensIn } from '../support/attacks/secrets.ts'
import type { Tally } from '../support/attacks/tally.ts'
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts'

/** Tokens with which every path is driven, and everything that came out anywhere. */
export function canaryAttacks(tally: Tally): void {
  describe('canary tokens', { concurrency: 1 }, () => {
    let redis: RedisServer | undefined
    let bench: CanaryBench
    before(async () => {
      bench = await openCanaryBench('memory')
    })
    after(() => bench.close())

    row(tally, 'the metadata server fails', async () => {
      for (const fault of echoes('ya29.metadata-canary-token').slice(0, 9)) {
        bench.stack.google.faults.set('metadata', fault)
        const token = await bench.token('partner', PARTNER)
        assert.notEqual(await bench.exchange(token, ID_TOKEN), 500)
      }
      bench.stack.google.faults.clear()
    })

    row(tally, 'every way that ends in a token', async () => {
      for (const [realm, order, change] of WAYS) {
        const token = await bench.token(realm, order)
        assert.equal(await bench.exchange(token, change), 200, realm)
      }
      for (const token of bench.tokens) {
        await bench.send({ path: '/v1/introspect', body: `token=${token}` })
        await bench.send({ path: `/v1/introspect?token=${token}`, body: `token=${token}` })
      }
    })

    row(tally, 'a token in every place of a request', async () => {
      for (const place of places(await bench.token('github', { shape: 'github' }))) {
        const status = await bench.send(place)
        assert.ok(status >= 200 && status < 500, JSON.stringify(status))
      }
    })

    row(tally, 'a token in every place of a token', async () => {
      const inner = await bench.token('github', { shape: 'github' })
      for (const claims of [{ sub: inner }, { iss: inner }, { aud: inner }, { jti: inner }]) {
        await bench.exchange(await bench.token('github', { shape: 'github', claims }))
      }
      for (const header of [{ kid: inner }, { typ: inner }, { [inner]: 1 }]) {
        await bench.exchange(await bench.token('github', { shape: 'github', header }))
      }
      const claims = { repository_owner_id: inner, ref: inner, event_name: inner }
      await bench.exchange(await bench.token('github', { shape: 'github', claims }))
    })

    row(tally, 'identity providers that fail', async () => {
      const faults: readonly FaultSetting[] = [
        ...echoes(await bench.token('github', { shape: 'github' })),
        { kind: 'oversized', bytes: 100_000 },
      ]
      for (const [nth, realm] of COLD_REALMS.entries()) {
        bench.stack.idp.faults.set(
          nth % 2 === 0 ? 'jwks' : 'discovery',
          faults[nth] ?? { kind: 'html' },
        )
        const status = await bench.exchange(await bench.token(realm))
        assert.ok([400, 503].includes(status), `${realm}: ${status}`)
        bench.stack.idp.faults.clear()
      }
    })

    for (const endpoint of ['sts', 'generateAccessToken', 'generateIdToken'] as const) {
      row(tally, `${endpoint} says the token back`, async () => {
        const { faults } = bench.stack.google
        const change = endpoint === 'generateIdToken' ? ID_TOKEN : {}
        for (const [nth] of echoes('').entries()) {
          const token = await bench.token('github', { shape: 'github' })
          faults.set(endpoint, echoes(token)[nth] ?? { kind: 'html' })
          assert.ok([400, 503].includes(await bench.exchange(token, change)))
          faults.clear()
          // Successes between the failures keep the breaker shut.
          await bench.exchange(await bench.token('github', { shape: 'github' }), change)
        }
      })
    }

    row(tally, 'an audit sink that fails', async () => {
      bench.store.exec('ALTER TABLE records RENAME TO hidden')
      const token = await bench.token('github', { shape: 'github' })
      assert.equal(await bench.exchange(token), 503)
      bench.store.exec('ALTER TABLE hidden RENAME TO records')
    })

    row(tally, 'an error that nobody foresaw, with a token in it', async () => {
      bench.line.crash(await bench.token('github', { shape: 'github' }))
      const { code } = await bench.stack.bureau.exited
      assert.equal(code, 1)
      assert.ok(bench.stack.bureau.stdout().at(-1)?.includes('"CRITICAL"'))
    })

    row(tally, 'no output holds one', async () => {
      assert.ok(bench.tokens.size > 60)
      const output = await bench.output()
      assert.deepEqual(tokenLikes(output), [])
      assert.equal(tokensIn(output, bench.tokens), 0)
    })

    row(tally, 'a state store that is down', async (context) => {
      if (!hasRedis(context)) return
      redis = await startRedis()
      const other = await openCanaryBench(redis.url)
      try {
        const [first, second] = [
          await other.token('github', { shape: 'github' }),
          await other.token('github', { shape: 'github' }),
        ]
        assert.equal(await other.exchange(first), 200)
        await redis.stop()
        assert.equal(await other.exchange(second), 503)
        const output = await other.output()
        assert.deepEqual(tokenLikes(output), [])
        assert.equal(tokensIn(output, other.tokens), 0)
      } finally {
        await other.close()
      }
    })

    test('a token in an output would be found', () => {
      const [token = ''] = bench.tokens
      assert.equal(tokensIn(`{"x":"${token}"}`, bench.tokens), 1)
      assert.equal(tokensIn(`signature ${token.split('.')[2]}`, bench.tokens), 1)
      assert.equal(tokenLikes(`x ${token} y ya29.aaaaaaaaaa`).length, 3)
    })
  })
}

function row(tally: Tally, name: string, run: (context: TestContext) => Promise<unknown>): void {
  const held = tally.plan('LG01')
  test(`LG01 ${name}`, async (context) => {
    await run(context)
    held()
  })
}
