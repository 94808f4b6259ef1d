import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { before, after, suite, test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { openState } from '../../shared/state/open.ts'
import type { SharedState } from '../../shared/state/shared-state.ts'
import { freePort } from '../support/free-port.ts'
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts'
import { released } from '../support/reservation.ts'

const quiet = { now: Date.now, onTrouble: () => {} }

/** Seconds since the epoch. */
const now = () => Math.floor(Date.now() / 1000)

const unavailable = (error: unknown) =>
  error instanceof Refusal && error.reason === 'state_unavailable'

/** Asks until it holds; a machine that stands still for half a second makes the store refuse meanwhile. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + 15_000
  const asked = (): Promise<boolean> =>
    holds().catch((error: unknown) => {
      if (unavailable(error)) return false
      throw error
    })
  while (!(await asked())) {
    assert.ok(Date.now() < giveUp, 'it did not happen within 15 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('two instances share one Redis server', async (context) => {
  if (!hasRedis(context)) return
  const server = await startRedis()
  const states = await Promise.all([openState(server.url, quiet), openState(server.url, quiet)])
  const [one, two] = states
  try {
    await context.test('of 100 reservations over both, one succeeds', async () => {
      const tries = Array.from({ length: 100 }, (_, n) => (n % 2 ? one : two))
      const outcomes = await Promise.all(tries.map(({ store }) => store.reserve('jti', 60, now())))
      const [release, ...others] = outcomes.filter((outcome) => outcome !== 'taken')
      assert.ok(release !== undefined && others.length === 0)
      await released(release)()
    })
    await context.test('a release by one lets the other reserve', async () => {
      released(await two.store.reserve('jti', 60, now()))
      assert.equal(await one.store.reserve('jti', 60, now()), 'taken')
    })
    await context.test('who was too late frees nothing that the other took since', async () => {
      const release = released(await one.store.reserve('late', 1, now()))
      let other = await two.store.reserve('late', 60, now())
      await eventually(async () => {
        if (other === 'taken') other = await two.store.reserve('late', 60, now())
        return other !== 'taken'
      })
      await release()
      assert.equal(await one.store.reserve('late', 60, now()), 'taken')
      await released(other)()
      released(await one.store.reserve('late', 60, now()))
    })
    await context.test('a third instance forgets nothing that was made before it', async () => {
      const third = await openState(server.url, { ...quiet, now: () => Date.now() + 60_000 })
      released(await third.store.reserve('before', 60, now()))
      await third.close()
    })
    await context.test('a value that one keeps is seen by the other, for its seconds', async () => {
      await one.store.put('token', 'facts', 1)
      assert.equal(await two.store.get('token'), 'facts')
      await eventually(async () => (await two.store.get('token')) === undefined)
    })
    await context.test('hits are counted together, and by limit', async () => {
      const [a, b, c] = [one.hits('address'), two.hits('address'), two.hits('principal')]
      for (const store of [a, b, c]) await store.init?.({ windowMs: 60_000 } as never)
      await a.increment('192.0.2.1')
      assert.equal((await b.increment('192.0.2.1')).totalHits, 2)
      assert.equal((await c.increment('192.0.2.1')).totalHits, 1)
    })
  } finally {
    for (const state of states) await state.close()
    await server.stop()
  }
})

suite('a Redis server that is away', () => {
  let server: RedisServer | undefined
  let state: SharedState | undefined
  const troubles: string[] = []

  before(async () => {
    const port = await freePort()
    state = await openState(`redis://127.0.0.1:${port}`, {
      now: Date.now,
      onTrouble: (what) => troubles.push(what),
    })
    server = { url: '', port, pid: 0, stop: async () => {} }
  })
  after(async () => {
    await state?.close()
    await server?.stop()
  })

  test('does not stop the start, and is spoken of in one line', () => {
    assert.ok(state)
    assert.deepEqual([...new Set(troubles)], ['Redis: ECONNREFUSED'])
  })

  test('means state_unavailable for every call', async () => {
    assert.ok(state)
    const { store } = state
    await assert.rejects(store.reserve('jti', 60, now()), unavailable)
    await assert.rejects(store.put('token', 'facts', 60), unavailable)
    await assert.rejects(store.get('token'), unavailable)
    assert.equal(await state.reachable(), false)
  })

  test('serves reservations and counters once it is back', async (context) => {
    assert.ok(state && server)
    if (!hasRedis(context)) return
    const hits = state.hits('address')
    await hits.init?.({ windowMs: 60_000 } as never)
    await assert.rejects(async () => hits.increment('192.0.2.1'))
    server = await startRedis(server.port)
    await eventually(async () => state?.reachable() ?? false)
    released(await state.store.reserve('jti', 60, now()))
    assert.equal((await hits.increment('192.0.2.1')).totalHits, 1)
  })

  test('is given up after half a second when it hangs, and what it takes late is freed', async () => {
    assert.ok(state && server)
    if (server.pid === 0) return
    process.kill(server.pid, 'SIGSTOP')
    try {
      await assert.rejects(state.store.reserve('late', 60, now()), unavailable)
    } finally {
      process.kill(server.pid, 'SIGCONT')
    }
    await eventually(async () => (await state?.store.reserve('late', 60, now())) !== 'taken')
  })
})

test('a server that lost everything takes nothing that was made before', async (context) => {
  if (!hasRedis(context)) return
  let clock = 1_750_000_000_000
  const first = await startRedis()
  const state = await openState(first.url, { ...quiet, now: () => clock })
  const made = clock / 1000
  released(await state.store.reserve('jti', 60, made))
  await first.stop()
  clock += 5_000
  const second = await startRedis(first.port)
  try {
    await eventually(() => state.reachable())
    clock += 5_000
    assert.equal(await state.store.reserve('jti', 60, made), 'forgotten')
    assert.equal(await state.store.reserve('other', 60, made + 4), 'forgotten')
    released(await state.store.reserve('newer', 60, made + 5))
  } finally {
    await state.close()
    await second.stop()
  }
})

test('a server that accepts and never answers means state_unavailable', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  assert.ok(address !== null && typeof address === 'object')
  const state = await openState(`redis://127.0.0.1:${address.port}`, quiet)
  try {
    await assert.rejects(state.store.reserve('jti', 60, now()), unavailable)
  } finally {
    await state.close()
    silent.close()
  }
})
