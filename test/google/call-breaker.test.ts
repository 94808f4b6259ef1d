import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Secret } from '../../shared/domain/secret.ts'
import {
  aContext,
  clockedGoogleAt,
  exchange,
  exchanged,
  refusalOf,
} from '../support/google-client.ts'
import { json, record, type RecordingServer, type Reply } from '../support/recording-server.ts'

let server: RecordingServer
before(async () => {
  server = await record()
})
after(() => server.close())

const down = json(503, {})

test('half of twenty calls failing opens the breaker; three probes close it', async () => {
  server.replyWith(down)
  await using client = clockedGoogleAt(server.origin)
  const { clock, google } = client
  for (let i = 0; i < 20; i++) await refusalOf(exchange(google))
  const sent = server.requests.length
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.reason, 'upstream')
  assert.equal(refusal.retryAfter, 5)
  assert.equal(server.requests.length, sent)

  clock.ms += 5_000
  await refusalOf(exchange(google))
  assert.equal(server.requests.length, sent + 1, 'a probe is not retried')
  assert.equal((await refusalOf(exchange(google))).retryAfter, 5)

  clock.ms += 5_000
  server.replyWith(exchanged)
  for (let i = 0; i < 3; i++) await exchange(google)
  await Promise.all(Array.from({ length: 10 }, () => exchange(google)))
  assert.equal(server.requests.length, 13)
})

const UNMOVED: readonly (readonly [what: string, reply: Reply])[] = [
  ['denials', json(400, { error: 'invalid_grant' })],
  ['429s', json(429, {}, { 'retry-after': '7' })],
  ['unusable answers', json(200, {})],
]

for (const [what, reply] of UNMOVED) {
  test(`${what} do not open the breaker`, async () => {
    server.replyWith(reply)
    await using client = clockedGoogleAt(server.origin)
    for (let i = 0; i < 30; i++) await refusalOf(exchange(client.google))
    assert.equal(server.requests.length, 30)
  })
}

test('one method’s breaker leaves the other alone', async () => {
  server.replyWith(down)
  await using client = clockedGoogleAt(server.origin)
  const { google } = client
  const federated = new Secret('federated token', 'federated-1')
  const account = 'a@b.iam.gserviceaccount.com'
  const order = { scopes: [], lifetime: 900, delegates: [] }
  const mint = () =>
    google.iamCredentials.generateAccessToken(federated, account, order, aContext())
  for (let i = 0; i < 21; i++) await refusalOf(mint())
  server.replyWith(exchanged)
  assert.equal((await exchange(google)).reveal(), 'federated-1')
  assert.match((await refusalOf(mint())).detail ?? '', /^generateAccessToken: not called/)
})

test('an outage adds a tenth of the calls and the floor as retries', async () => {
  server.replyWith(down)
  await using client = clockedGoogleAt(server.origin, { sleep: async () => {} })
  for (let i = 0; i < 20; i++) await refusalOf(exchange(client.google))
  assert.ok(server.requests.length <= 20 + 20 + 2, `${server.requests.length} requests`)
})

test('a third of the tries failing here and there is hidden from callers', async () => {
  server.replyWith((response, request, nth) =>
    (nth % 3 === 0 ? down : exchanged)(response, request, nth),
  )
  await using client = clockedGoogleAt(server.origin, { sleep: async () => {} })
  for (let i = 0; i < 500; i++) await exchange(client.google)
  assert.equal(server.requests.length > 700, true)
})
