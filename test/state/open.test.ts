import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openState } from '../../shared/state/open.ts'

const options = { now: () => 0, onTrouble: () => {} }

test('memory is opened without a server', async () => {
  const state = await openState('memory', options)
  assert.equal(await state.reachable(), true)
})

for (const where of [
  '',
  'Memory',
  'memcached://x',
  'redis:',
  'redis://',
  'redis://a b',
  'http://x',
]) {
  test(`${JSON.stringify(where)} names no store`, async () => {
    await assert.rejects(openState(where, options), {
      message: 'STATE_STORE must be memory or redis://HOST:PORT',
    })
  })
}
