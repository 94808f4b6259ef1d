import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import Pool from 'undici/lib/dispatcher/pool.js'
import { attempt } from '../../shared/google/attempt.ts'
import { json, record } from '../support/recording-server.ts'

const post = (path: string) => ({ path, headers: ['Accept', 'application/json'], body: 'token' })

test('what was given up while it waited for a connection is never sent', async () => {
  const server = await record()
  const first = Promise.withResolvers<ServerResponse>()
  server.replyWith((response) => first.resolve(response))
  const pool = new Pool(server.origin, { connections: 1, pipelining: 1 })
  try {
    const served = attempt(pool, post('/first'), 60_000, undefined)
    const response = await first.promise
    const caller = new AbortController()
    const late = attempt(pool, post('/late'), 20, undefined)
    const gone = attempt(pool, post('/gone'), 60_000, caller.signal)
    assert.deepEqual(await late, { failure: 'timeout', code: 'TIMEOUT' })
    caller.abort()
    assert.deepEqual(await gone, { failure: 'aborted', code: 'ABORTED' })

    server.replyWith(json(200, {}))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    assert.partialDeepStrictEqual(await served, { status: 200, text: '{}' })
    await attempt(pool, post('/last'), 60_000, undefined)
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/last'],
    )
  } finally {
    await pool.destroy()
    await server.close()
  }
})
