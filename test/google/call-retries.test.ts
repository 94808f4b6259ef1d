import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  aContext,
  clockedGoogleAt,
  exchange,
  exchanged,
  googleAt,
  refusalOf,
} from '../support/google-client.ts'
import {
  hang,
  inTurn,
  json,
  record,
  reset,
  text,
  type RecordingServer,
  type Reply,
} from '../support/recording-server.ts'

let server: RecordingServer
before(async () => {
  server = await record()
})
after(() => server.close())

const down = json(503, {})

const RECOVERIES: readonly (readonly [what: string, reply: Reply, attempts: number])[] = [
  ['at once', exchanged, 1],
  ['after one 503', inTurn(down, exchanged), 2],
  ['after 500 and 504', inTurn(json(500, {}), text(504, 'text/html', ''), exchanged), 3],
  ['after one reset', inTurn(reset, exchanged), 2],
  ['after one hang', inTurn(hang, exchanged), 2],
  ['after one 429 without hint', inTurn(json(429, {}), exchanged), 2],
  ['after one 429 that says 0', inTurn(json(429, {}, { 'retry-after': '0' }), exchanged), 2],
]

for (const [what, reply, attempts] of RECOVERIES) {
  test(`a call succeeds ${what}, and each try is counted`, async () => {
    server.replyWith(reply)
    await using google = googleAt(server.origin, { tryMs: 400 })
    const context = aContext()
    assert.equal((await exchange(google, context)).reveal(), 'federated-1')
    assert.equal(context.attempts(), attempts)
    assert.equal(server.requests.length, attempts)
    assert.equal(new Set(server.requests.map(({ body }) => body)).size, 1)
  })
}

test('waits have full jitter over a doubling bound', async () => {
  server.replyWith(down)
  for (const [random, expected] of [
    [0, [0, 0]],
    [0.5, [100, 200]],
    [0.99, [198, 396]],
  ] as const) {
    await using client = clockedGoogleAt(server.origin, { random: () => random })
    await refusalOf(exchange(client.google))
    assert.deepEqual(client.waits, expected)
  }
})

const HINTS: readonly (readonly [
  status: number,
  retryAfter: string,
  waits: readonly number[],
  passedOn: number,
])[] = [
  [429, '7', [], 7],
  [429, '1', [], 1],
  [429, 'Tue, 01 Jan 2030 00:00:07 GMT', [], 7],
  [429, 'soon', [100, 200], 5],
  [503, '1', [1_000, 1_000], 1],
  [503, '7', [7_000], 7],
  [503, '60', [], 60],
  [503, 'Tue, 01 Jan 2030 00:01:00 GMT', [], 60],
  [503, '999999', [], 3_600],
  [503, '0', [100, 200], 5],
]

for (const [status, retryAfter, waits, passedOn] of HINTS) {
  test(`${status} with Retry-After ${retryAfter} is honoured and passed on`, async () => {
    server.replyWith(json(status, {}, { 'retry-after': retryAfter }))
    await using client = clockedGoogleAt(server.origin)
    const refusal = await refusalOf(exchange(client.google))
    assert.equal(refusal.reason, status === 429 ? 'quota' : 'upstream')
    assert.equal(refusal.retryAfter, passedOn)
    assert.deepEqual(client.waits, waits)
    assert.equal(server.requests.length, waits.length + 1)
  })
}

test('a denial is never tried again', async () => {
  server.replyWith(json(400, { error: 'invalid_grant' }))
  await using google = googleAt(server.origin)
  const context = aContext()
  assert.equal((await refusalOf(exchange(google, context))).reason, 'upstream_denied')
  assert.equal(context.attempts(), 1)
})
