import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import request from 'supertest'
import { openState } from '../../shared/state/open.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { hasRedis, startRedis } from '../support/redis.ts'
import { assertRefusal } from '../support/refused-answer.ts'
import { startScene } from '../support/scene.ts'
import { exchangeAt } from '../support/token-exchange.ts'

test('state that is shared by Redis: what the bureau says where it is broken, or gone', async (context) => {
  if (!hasRedis(context)) return
  const redis = await startRedis()
  const scene = await startScene({ env: { STATE_STORE: redis.url } })
  const { url } = scene.bureau
  try {
    const vended = await exchangeAt(url, await scene.pipeline()).expect(200)
    const token = vended.body.access_token
    const introspection = () => request(url).post('/v1/introspect').type('form').send({ token })

    await context.test('another instance could introspect the token', async () => {
      const { body } = await introspection().expect(200)
      assert.equal(body.active, true)
    })

    await context.test(
      '500 server_error, fault: the store holds what the bureau never wrote',
      async () => {
        const key = `issued:${createHash('sha256').update(token).digest('base64url')}`
        const intruder = await openState(redis.url, { now: Date.now, onTrouble: () => {} })
        await intruder.store.put(key, 'no JSON', 60)
        await intruder.close()
        const answer = await introspection()
        assertRefusal(answer, 500, 'server_error')
        assert.equal((await outcomeOf(scene.bureau, answer.body.request_id)).reason, 'fault')
      },
    )

    await context.test(
      '503 temporarily_unavailable, state_unavailable: the store is gone',
      async () => {
        await redis.stop()
        const before = scene.google.ledger().length
        const answer = await exchangeAt(url, await scene.pipeline())
        assertRefusal(answer, 503, 'temporarily_unavailable', { 'retry-after': '5' })
        assert.equal(scene.google.ledger().length, before)
        const { reason } = await outcomeOf(scene.bureau, answer.body.request_id)
        assert.equal(reason, 'state_unavailable')
      },
    )
  } finally {
    await scene.close()
    await redis.stop()
  }
})
