import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { memoryState } from '../../shared/state/memory.ts'
import { released } from '../support/reservation.ts'

const unavailable = (error: unknown) =>
  error instanceof Refusal && error.reason === 'state_unavailable'

test('a key is reserved once, until it is released or its seconds are over', async () => {
  let now = 0
  const { store } = memoryState(() => now)
  const release = released(await store.reserve('jti', 60, 0))
  assert.equal(await store.reserve('jti', 60, 0), 'taken')
  await release()
  released(await store.reserve('jti', 60, 0))
  now = 60_000
  released(await store.reserve('jti', 60, 0))
})

test('who was too late frees nothing that somebody else took since', async () => {
  let now = 0
  const { store } = memoryState(() => now)
  const release = released(await store.reserve('jti', 60, 0))
  now = 60_000
  released(await store.reserve('jti', 60, 0))
  await release()
  assert.equal(await store.reserve('jti', 60, 0), 'taken')
})

test('what is older than the store may have been taken before it', async () => {
  const { store } = memoryState(() => 100_999)
  assert.equal(await store.reserve('jti', 60, 99), 'forgotten')
  released(await store.reserve('jti', 60, 100))
})

test('of 100 reservations at once, one succeeds', async () => {
  const { store } = memoryState(() => 0)
  const taken = await Promise.all(Array.from({ length: 100 }, () => store.reserve('jti', 60, 0)))
  assert.equal(taken.filter((outcome) => outcome !== 'taken').length, 1)
})

test('a value is kept for its seconds', async () => {
  let now = 0
  const { store } = memoryState(() => now)
  await store.put('token', 'facts', 10)
  assert.equal(await store.get('token'), 'facts')
  now = 10_000
  assert.equal(await store.get('token'), undefined)
})

test('a full store refuses instead of forgetting a reservation', async () => {
  const { store } = memoryState(() => 0, 2)
  await store.reserve('a', 60, 0)
  await store.reserve('b', 60, 0)
  await assert.rejects(store.reserve('c', 60, 0), unavailable)
  assert.equal(await store.reserve('a', 60, 0), 'taken')
})

test('values do not take the places of reservations', async () => {
  const { store } = memoryState(() => 0, 1)
  await store.put('a', '1', 60)
  await assert.rejects(store.put('b', '1', 60), unavailable)
  released(await store.reserve('jti', 60, 0))
})
