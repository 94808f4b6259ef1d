import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { before, after, suite, test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { openState } from '../../shared/state/open.ts'
import type { SharedState } from '../../shared/state/shared-state.ts'
import { freePort } from '../support/free-port.ts'
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts'

const quiet = { now: Date.now, onTrouble: () => {} }

const unavailable = (error: unknown) =>
  error instanceof Refusal && error.reason === 'state_unavailable'

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + 15_000
  while (!(await holds())) {
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
      const taken = await Promise.all(tries.map(({ store }) => store.reserve('jti', 60)))
      assert.equal(taken.filter(Boolean).length, 1)
    })
    await context.test('a release by one lets the other reserve', async () => {
      await one.store.release('jti')
      assert.equal(await two.store.reserve('jti', 60), true)
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
    await assert.rejects(store.reserve('jti', 60), unavailable)
    await assert.rejects(store.release('jti'), unavailable)
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
    assert.equal(await state.store.reserve('jti', 60), true)
    assert.equal((await hits.increment('192.0.2.1')).totalHits, 1)
  })

  test('is given up after half a second when it hangs, and what it takes late is freed', async () => {
    assert.ok(state && server)
    if (server.pid === 0) return
    process.kill(server.pid, 'SIGSTOP')
    try {
      await assert.rejects(state.store.reserve('late', 60), unavailable)
    } finally {
      process.kill(server.pid, 'SIGCONT')
    }
    await eventually(async () => state?.store.reserve('late', 60) ?? false)
  })
})

test('a server that accepts and never answers means state_unavailable', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  assert.ok(address !== null && typeof address === 'object')
  const state = await openState(`redis://127.0.0.1:${address.port}`, quiet)
  try {
    await assert.rejects(state.store.reserve('jti', 60), unavailable)
  } finally {
    await state.close()
    silent.close()
  }
})
