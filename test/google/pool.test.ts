import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { after, test } from 'node:test'
import { createAuthority } from '../support/certificates.ts'
import {
  aContext,
  exchange,
  EXCHANGED,
  exchanged,
  googleAt,
  refusalOf,
} from '../support/google-client.ts'
import { record } from '../support/recording-server.ts'

const authority = createAuthority()
after(() => authority.remove())

test('calls one after another share their connections', async () => {
  await using server = await record()
  server.replyWith(exchanged)
  await using google = googleAt(server.origin)
  for (let i = 0; i < 50; i++) await exchange(google)
  // Two: the pool takes a connection back one turn of the event loop after its answer.
  assert.ok(server.connections() <= 2, `${server.connections()} connections`)
})

test('calls at once wait for nobody, and keep their connections', async () => {
  await using server = await record()
  const waiting: (() => void)[] = []
  server.replyWith((response, request, nth) => {
    waiting.push(() => exchanged(response, request, nth))
    if (waiting.length === 80) for (const answer of waiting.splice(0)) answer()
  })
  await using google = googleAt(server.origin)
  const counts: number[] = []
  for (let round = 0; round < 4; round++) {
    await Promise.all(Array.from({ length: 80 }, () => exchange(google)))
    counts.push(server.connections())
  }
  assert.equal(counts[0], 80)
  assert.ok(Number(counts[3]) <= 160)
  assert.equal(counts[3], counts[1])
})

test('a connection survives an idle gap of six seconds', async () => {
  let connections = 0
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(EXCHANGED))
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  try {
    const { port } = server.address() as AddressInfo
    await using google = googleAt(`http://127.0.0.1:${port}`)
    await exchange(google)
    await wait(6_000)
    await exchange(google)
    assert.equal(connections, 1)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('a connection that the server closed while it was idle costs no failure', async () => {
  await using server = await record()
  server.replyWith((response, request, nth) => {
    response.on('finish', () => setImmediate(() => response.socket?.destroy()))
    exchanged(response, request, nth)
  })
  await using google = googleAt(server.origin)
  for (let i = 0; i < 5; i++) {
    const context = aContext()
    await exchange(google, context)
    await wait(20)
    assert.equal(context.attempts(), 1)
  }
  assert.equal(server.requests.length, 5)
})

test('over TLS the certificate must be from an authority and for the name', async () => {
  await using good = await record(authority.issue('DNS:localhost'))
  await using misnamed = await record(authority.issue('DNS:sts.example'))
  good.replyWith(exchanged)
  misnamed.replyWith(exchanged)
  const ca = readFileSync(authority.caFile, 'utf8')
  await using trusting = googleAt(good.origin, {}, ca)
  assert.equal((await exchange(trusting)).reveal(), 'federated-1')
  const rows = [
    [good.origin, undefined, /sts: reset \((UNABLE_TO_\w+|SELF_SIGNED_\w+)\)/],
    [misnamed.origin, ca, /sts: reset \(ERR_TLS_CERT_ALTNAME_INVALID\)/],
  ] as const
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    for (const [origin, authorityPem, detail] of rows) {
      await using google = googleAt(origin, {}, authorityPem)
      assert.match((await refusalOf(exchange(google))).detail ?? '', detail)
    }
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  }
  assert.equal(misnamed.requests.length, 0)
  assert.equal(good.requests.length, 1)
})

test('closing waits for the calls in flight', async () => {
  await using server = await record()
  const arrived = Promise.withResolvers<() => void>()
  server.replyWith((response, request, nth) =>
    arrived.resolve(() => exchanged(response, request, nth)),
  )
  const google = googleAt(server.origin)
  const call = exchange(google)
  const answer = await arrived.promise
  const closed = google.close()
  answer()
  assert.equal((await call).reveal(), 'federated-1')
  await closed
})
