import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Trail } from '../../shared/domain/trail.ts'
import { openTrail } from '../../shared/http/caller.ts'
import { sendJson } from '../../shared/http/respond.ts'
import { TOKEN_ROUTES } from '../../shared/http/routes.ts'
import { serveEdge } from '../support/edge.ts'
import { openSocket } from '../support/raw-http.ts'

const options = { now: () => 1_750_000_000_000, trustedHops: 1, routes: TOKEN_ROUTES }

async function trailOf(path: string, headers: Record<string, string> = {}): Promise<Trail> {
  let trail: Trail | undefined
  await using edge = await serveEdge(async (_request, response) => {
    trail = openTrail(response, options)
    sendJson(response, 200, {})
  })
  const answer = await fetch(`${edge.origin}${path}`, { method: 'POST', headers })
  await answer.arrayBuffer()
  assert.ok(trail)
  return trail
}

test('a trail begins with an id and a time of our own', async () => {
  const trail = await trailOf('/v1/token', {
    'function-execution-id': 'forged',
    'x-request-id': 'forged',
  })
  assert.match(trail.requestId, /^01977420-dc00-7/)
  assert.equal(trail.receivedAt, 1_750_000_000_000)
  assert.ok(!JSON.stringify(trail).includes('forged'))
})

test('it says who called: address, agent, method, path without query, trace', async () => {
  const { caller } = await trailOf('/v1/token?subject_token=canary', {
    'x-forwarded-for': '8.8.8.8, 203.0.113.7',
    'user-agent': `client/1.0 ${'x'.repeat(500)}`,
    'x-cloud-trace-context': '4bf92f3577b34da6a3ce929d0e0e4736/1',
  })
  const { gone, userAgent, ...rest } = caller
  assert.deepEqual(rest, {
    address: '203.0.113.7',
    method: 'POST',
    path: '/v1/token',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '0000000000000001',
  })
  assert.equal(userAgent.length, 256)
  assert.equal(gone.aborted, false, 'an answered caller is not gone')
})

test('a caller that hangs up before the answer is gone', async () => {
  const { promise: left, resolve } = Promise.withResolvers<void>()
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  await using edge = await serveEdge(async (_request, response) => {
    const { gone } = openTrail(response, options).caller
    gone.addEventListener('abort', () => resolve())
    arrive()
    await left
  })
  const socket = await openSocket(edge.port)
  socket.write('POST /v1/token HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
  await arrived
  socket.destroy()
  await left
  await edge.inFlight.idle()
  assert.equal(edge.inFlight.size, 0)
})
