import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from 'express-rate-limit'
import type { Principal } from '../../shared/domain/principal.ts'
import { asRefusal } from '../../shared/domain/refusal.ts'
import { clientAddress } from '../../shared/http/client-address.ts'
import { rateLimits, type RateLimits } from '../../shared/http/limit.ts'
import { respondRefusal, sendJson } from '../../shared/http/respond.ts'
import { memoryState } from '../../shared/state/memory.ts'
import { openState } from '../../shared/state/open.ts'
import { serveEdge } from '../support/edge.ts'
import { hasRedis, startRedis } from '../support/redis.ts'
import { answersIn, sendRaw } from '../support/raw-http.ts'

/** An edge that admits by address, then by the principal that a header names. */
async function serveLimited(limits: RateLimits) {
  const served = { count: 0 }
  const edge = await serveEdge(async (request, response) => {
    try {
      await limits.admitAddress(response, clientAddress(request, 1))
      const name = request.headers['x-principal']
      if (typeof name === 'string') {
        await limits.principalLimit(response).admit({ name } as Principal)
      }
      served.count += 1
      sendJson(response, 200, {})
    } catch (error) {
      respondRefusal(response, asRefusal(error), 'id')
    }
  })
  return { ...edge, served }
}

function inMemory(perMinute: number): RateLimits {
  const state = memoryState(Date.now)
  return rateLimits({ perMinute, hits: (name) => state.hits(name) })
}

test('the request over the limit is 429 with draft-8 headers and Retry-After', async () => {
  await using edge = await serveLimited(inMemory(2))
  const answers = [await fetch(edge.origin), await fetch(edge.origin), await fetch(edge.origin)]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 429],
  )
  const [first, , last] = answers
  assert.match(first?.headers.get('ratelimit') ?? '', /^"address"; r=1; t=60$/)
  assert.match(first?.headers.get('ratelimit-policy') ?? '', /^"address"; q=2; w=60; pk=:.+:$/)
  assert.match(last?.headers.get('ratelimit') ?? '', /^"address"; r=0; t=(60|59)$/)
  assert.match(last?.headers.get('retry-after') ?? '', /^(60|59)$/)
  assert.match((await last?.text()) ?? '', /^\{"error":"slow_down"/)
})

test('a thousand spoofed entries in front are one client, another address is not', async () => {
  await using edge = await serveLimited(inMemory(10))
  const from = (forwarded: string) =>
    fetch(edge.origin, { headers: { 'x-forwarded-for': forwarded } })
  let admitted = 0
  for (let n = 0; n < 1_000; n += 1) {
    const answer = await from(`10.${n >> 8}.${n & 255}.1, 203.0.113.7`)
    if (answer.status === 200) admitted += 1
  }
  assert.equal(admitted, 10)
  assert.equal((await from('203.0.113.8')).status, 200)
})

test('a /64 network of IPv6 is one client, its neighbour is not', async () => {
  await using edge = await serveLimited(inMemory(2))
  const from = async (address: string) =>
    (await fetch(edge.origin, { headers: { 'x-forwarded-for': address } })).status
  assert.equal(await from('2001:db8:0:1::1'), 200)
  assert.equal(await from('2001:db8:0:1:ffff:ffff:ffff:ffff'), 200)
  assert.equal(await from('[2001:0db8:0000:0001::2]:4711'), 429)
  assert.equal(await from('2001:db8:0:2::1'), 200)
})

test('over the limit, the body is never asked for, let alone parsed', async () => {
  await using edge = await serveLimited(inMemory(1))
  await fetch(edge.origin)
  const request =
    'POST /v1/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
    'Content-Length: 60000\r\nExpect: 100-continue\r\n\r\n'
  const statuses = answersIn(await sendRaw(edge.port, request)).map(({ status }) => status)
  assert.deepEqual(statuses, [429])
})

test('a principal has a limit of its own, wherever it calls from', async () => {
  await using edge = await serveLimited(inMemory(2))
  const by = (principal: string, address: string) =>
    fetch(edge.origin, { headers: { 'x-principal': principal, 'x-forwarded-for': address } })
  const answers = [
    await by('github:subject/a', '192.0.2.1'),
    await by('github:subject/a', '192.0.2.2'),
    await by('github:subject/a', '192.0.2.3'),
    await by('github:subject/b', '192.0.2.4'),
  ]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 429, 200],
  )
  assert.match(answers[2]?.headers.get('ratelimit') ?? '', /"address"; r=1; .*"principal"; r=0; /)
})

test('a store that fails is state_unavailable: 503, nothing is let through uncounted', async () => {
  const broken: Store = {
    increment: () => Promise.reject(new Error('down')),
    decrement: () => {},
    resetKey: () => {},
  }
  await using edge = await serveLimited(rateLimits({ perMinute: 100, hits: () => broken }))
  const answer = await fetch(edge.origin)
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '5')
  assert.equal(edge.served.count, 0)
})

test('two instances with one Redis server count together', async (context) => {
  if (!hasRedis(context)) return
  const server = await startRedis()
  const open = () => openState(server.url, { now: Date.now, onTrouble: () => {} })
  const states = [await open(), await open()]
  try {
    const [one, two] = states.map((state) =>
      rateLimits({ perMinute: 10, hits: (name) => state.hits(name) }),
    )
    assert.ok(one && two)
    await using first = await serveLimited(one)
    await using second = await serveLimited(two)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => fetch(n % 2 === 0 ? first.origin : second.origin)),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 10)
    assert.equal(answers.filter(({ status }) => status === 429).length, 30)
  } finally {
    for (const state of states) await state.close()
    await server.stop()
  }
})
