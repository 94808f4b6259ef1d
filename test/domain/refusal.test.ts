import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_REASONS, asRefusal, Refusal } from '../../shared/domain/refusal.ts'

test('every reason has a client or server error status and a constant sentence', () => {
  for (const reason of ALL_REASONS) {
    const refusal = new Refusal(reason, { detail: 'secret policy text' })
    assert.ok(refusal.status >= 400 && refusal.status <= 503, reason)
    assert.ok(!refusal.sentence.includes('policy text'), reason)
    assert.equal(new Refusal(reason).sentence, refusal.sentence)
  }
})

test('a 503 always says when to try again', () => {
  for (const reason of ALL_REASONS) {
    const refusal = new Refusal(reason)
    assert.equal(refusal.retryAfter !== undefined, refusal.status === 503, reason)
  }
  assert.equal(new Refusal('quota', { retryAfter: 7 }).retryAfter, 7)
})

test('what is not a refusal is a fault of ours and keeps its cause', () => {
  const cause = new TypeError('x is not a function')
  const refusal = asRefusal(cause)
  assert.deepEqual([refusal.reason, refusal.status, refusal.cause], ['fault', 500, cause])
  assert.equal(asRefusal(refusal), refusal)
})
