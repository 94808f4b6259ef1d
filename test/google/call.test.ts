import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { Refusal } from '../../shared/domain/refusal.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { Google } from '../../shared/google/google.ts'
import type { Pace } from '../../shared/google/pace.ts'
import { aContext, googleAt, refusalOf } from '../support/google-client.ts'
import { serve } from '../support/loopback-server.ts'
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

const NOW = Date.parse('2030-01-01T00:00:00Z')
const SUBJECT = new Secret('subject token', 'head.payload.signature')
const good = json(200, {
  access_token: 'federated-1',
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 3_599,
})
const down = json(503, {})

let server: RecordingServer
before(async () => {
  server = await record()
})
after(() => server.close())

function exchange(google: Google, context = aContext()) {
  return google.sts.exchange('//iam.googleapis.com/x', SUBJECT, context)
}

/** A client whose clock stands until told otherwise and whose waits are written down. */
function clocked(pace: Partial<Pace> = {}) {
  const clock = { ms: 0 }
  const waits: number[] = []
  const google = googleAt(server.origin, {
    now: () => NOW + clock.ms,
    elapsed: () => clock.ms,
    random: () => 0.5,
    sleep: async (ms) => {
      waits.push(ms)
      clock.ms += ms
    },
    ...pace,
  })
  return { clock, waits, google, [Symbol.asyncDispose]: () => google.close() }
}

const RECOVERIES: readonly (readonly [what: string, reply: Reply, attempts: number])[] = [
  ['at once', good, 1],
  ['after one 503', inTurn(down, good), 2],
  ['after 500 and 504', inTurn(json(500, {}), text(504, 'text/html', ''), good), 3],
  ['after one reset', inTurn(reset, good), 2],
  ['after one hang', inTurn(hang, good), 2],
  ['after one 429 without hint', inTurn(json(429, {}), good), 2],
  ['after one 429 that says 0', inTurn(json(429, {}, { 'retry-after': '0' }), good), 2],
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
    await using client = clocked({ random: () => random })
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
    await using client = clocked()
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

test('a trickle of single bytes cannot outlast the try', async () => {
  const stopped: Promise<unknown>[] = []
  server.replyWith((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 10)
    stopped.push(once(response, 'close').then(() => clearInterval(drip)))
  })
  await using google = googleAt(server.origin, { tryMs: 100, totalMs: 1_000, random: () => 0 })
  const started = performance.now()
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.detail, 'sts: timeout (TIMEOUT), tries: 3')
  assert.ok(performance.now() - started < 2_000)
  await Promise.all(stopped)
})

test('no try begins where too little time is left', async () => {
  server.replyWith(hang)
  await using google = googleAt(server.origin, { tryMs: 100, totalMs: 120, random: () => 0 })
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.detail, 'sts: timeout (TIMEOUT), tries: 1')
})

test('an answer without end is cut off', async () => {
  let written = 0
  const closed = Promise.withResolvers<void>()
  server.replyWith((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(16_384, ' ')
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length
    }
    response.on('drain', pour)
    response.on('close', () => closed.resolve())
    pour()
  })
  await using google = googleAt(server.origin)
  assert.equal((await refusalOf(exchange(google))).reason, 'upstream_bad')
  await closed.promise
  assert.ok(written < 16 * 1_048_576, `${written} bytes`)
})

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} is not followed: the token stays here`, async () => {
    await using canary = await serve((_, response) => response.end())
    server.replyWith((response) =>
      response.writeHead(status, { location: `${canary.origin}/v1/token` }).end(),
    )
    await using google = googleAt(server.origin)
    const refusal = await refusalOf(exchange(google))
    assert.equal(refusal.reason, 'upstream_bad')
    assert.equal(canary.connections(), 0)
    assert.equal(server.requests.length, 1)
  })
}

test('nothing listens: refused as unavailable, with the code alone', async () => {
  const gone = await serve(() => {})
  await gone.close()
  await using google = googleAt(gone.origin)
  const refusal = await refusalOf(exchange(google))
  assert.equal(refusal.reason, 'upstream')
  assert.equal(refusal.detail, 'sts: reset (ECONNREFUSED), tries: 3')
})

test('a caller that is gone before the call sends nothing', async () => {
  server.replyWith(good)
  await using google = googleAt(server.origin)
  const context = aContext(AbortSignal.abort())
  assert.equal((await refusalOf(exchange(google, context))).reason, 'aborted')
  assert.equal(context.attempts(), 0)
  assert.equal(server.requests.length, 0)
})

test('a caller that goes away in mid-call ends the call and its connection', async () => {
  const arrived = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  server.replyWith((response) => {
    response.on('close', () => closed.resolve())
    arrived.resolve()
  })
  await using google = googleAt(server.origin)
  const caller = new AbortController()
  const call = refusalOf(exchange(google, aContext(caller.signal)))
  await arrived.promise
  caller.abort()
  assert.equal((await call).reason, 'aborted')
  await closed.promise
  assert.equal(server.requests.length, 1)
})

test('a caller that goes away between two tries ends the wait', async () => {
  server.replyWith(json(503, {}, { 'retry-after': '5' }))
  const caller = new AbortController()
  const { pause } = await import('../../shared/google/pause.ts')
  await using google = googleAt(server.origin, {
    sleep: (ms, signal) => {
      queueMicrotask(() => caller.abort())
      return pause(ms, signal)
    },
  })
  const started = performance.now()
  assert.equal((await refusalOf(exchange(google, aContext(caller.signal)))).reason, 'aborted')
  assert.ok(performance.now() - started < 4_000)
  assert.equal(server.requests.length, 1)
})

test('a signal that carries a refusal refuses with it', async () => {
  server.replyWith(good)
  await using google = googleAt(server.origin)
  const late = new Refusal('overloaded')
  assert.equal(await refusalOf(exchange(google, aContext(AbortSignal.abort(late)))), late)
})

test('listeners on the caller’s signal do not pile up', async () => {
  server.replyWith(inTurn(down, good))
  await using google = googleAt(server.origin)
  const caller = new AbortController()
  let listening = 0
  const { signal } = caller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (type: string, listener: () => void) => {
    listening += 1
    add(type, listener)
  }
  signal.removeEventListener = (type: string, listener: () => void) => {
    listening -= 1
    remove(type, listener)
  }
  await exchange(google, aContext(signal))
  assert.equal(listening, 0)
})

test('after the pools are closed a call says so', async () => {
  server.replyWith(good)
  const google = googleAt(server.origin)
  await google.close()
  assert.equal((await refusalOf(exchange(google))).reason, 'shutting_down')
})

test('half of twenty calls failing opens the breaker; three probes close it', async () => {
  server.replyWith(down)
  await using client = clocked()
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
  server.replyWith(good)
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
    await using client = clocked()
    for (let i = 0; i < 30; i++) await refusalOf(exchange(client.google))
    assert.equal(server.requests.length, 30)
  })
}

test('one method’s breaker leaves the other alone', async () => {
  server.replyWith(down)
  await using client = clocked()
  const { google } = client
  const federated = new Secret('federated token', 'federated-1')
  const account = 'a@b.iam.gserviceaccount.com'
  const order = { scopes: [], lifetime: 900, delegates: [] }
  const mint = () =>
    google.iamCredentials.generateAccessToken(federated, account, order, aContext())
  for (let i = 0; i < 21; i++) await refusalOf(mint())
  server.replyWith(good)
  assert.equal((await exchange(google)).reveal(), 'federated-1')
  assert.match((await refusalOf(mint())).detail ?? '', /^generateAccessToken: not called/)
})

test('an outage adds a tenth of the calls and the floor as retries', async () => {
  server.replyWith(down)
  await using client = clocked({ sleep: async () => {} })
  for (let i = 0; i < 20; i++) await refusalOf(exchange(client.google))
  assert.ok(server.requests.length <= 20 + 20 + 2, `${server.requests.length} requests`)
})

test('a third of the tries failing here and there is hidden from callers', async () => {
  server.replyWith((response, request, nth) =>
    (nth % 3 === 0 ? down : good)(response, request, nth),
  )
  await using client = clocked({ sleep: async () => {} })
  for (let i = 0; i < 500; i++) await exchange(client.google)
  assert.equal(server.requests.length > 700, true)
})
