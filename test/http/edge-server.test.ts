import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { readBody } from '../../shared/http/body.ts'
import type { Handle } from '../../shared/http/edge-server.ts'
import { sendJson } from '../../shared/http/respond.ts'
import { serveEdge } from '../support/edge.ts'
import { answersIn, openSocket, sendRaw, untilClosed } from '../support/raw-http.ts'

const CANARY = 'eyJhbGciOiJSUzI1NiJ9.canary'

/** Echoes how many bytes it read. */
const count: Handle = async (_request, response) => {
  sendJson(response, 200, { bytes: (await readBody(response)).length })
}

const get = (more = '') => `GET /x HTTP/1.1\r\nHost: a\r\n${more}\r\n`

const bad: readonly (readonly [claim: string, request: string, status: number])[] = [
  ['no HTTP at all', `${CANARY}\r\n\r\n`, 400],
  ['a TLS greeting', '\x16\x03\x01\x02\0\x01', 400],
  ['a bad request line', `GET /x HTTP/9.9\r\nHost: a\r\n\r\n`, 400],
  ['an unknown method', `PURR /x HTTP/1.1\r\nHost: a\r\n\r\n`, 400],
  ['no Host header', 'GET /x HTTP/1.1\r\n\r\n', 400],
  ['two Host headers', get('Host: b\r\n'), 400],
  ['two content types', get('Content-Type: a/b\r\ncontent-type: c/d\r\n'), 400],
  ['two authorizations', get('Authorization: Bearer a\r\nAuthorization: Bearer b\r\n'), 400],
  ['a header without a colon', get(`${CANARY}\r\n`), 400],
  ['a space before the colon', get('X : y\r\n'), 400],
  ['a folded header', get('X: a\r\n b\r\n'), 400],
  ['a NUL in a header', get('X: a\0b\r\n'), 400],
  ['a header of 17 KiB', get(`X: ${'a'.repeat(17_408)}\r\n`), 431],
  ['a request target of 17 KiB', `GET /${'a'.repeat(17_408)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  [
    'Content-Length beside Transfer-Encoding',
    get('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'),
    400,
  ],
  [
    'Transfer-Encoding beside Content-Length',
    get('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n'),
    400,
  ],
  [
    'Transfer-Encoding in HTTP/1.0, which does not know it',
    'POST /x HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['two lengths', get('Content-Length: 4\r\nContent-Length: 5\r\n'), 400],
  ['a length with a sign', get('Content-Length: +4\r\n'), 400],
  ['a length in hexadecimal', get('Content-Length: 0x4\r\n'), 400],
  ['chunked, disguised', get('Transfer-Encoding: xchunked\r\n'), 400],
  ['chunked in the middle', get('Transfer-Encoding: chunked, identity\r\n'), 400],
  ['bare line feeds', 'GET /x HTTP/1.1\nHost: a\nContent-Length: 1\n\n', 400],
  ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', 405],
]

for (const [claim, request, status] of bad) {
  test(`${claim} is answered in JSON: ${status}`, async () => {
    const seen: string[] = []
    await using edge = await serveEdge(count, {
      onRefused: ({ message }, _requestId, address) => seen.push(`${message} from ${address}`),
    })
    const [answer, ...more] = answersIn(await sendRaw(edge.port, request))
    assert.ok(answer)
    assert.equal(more.length, 0)
    assert.equal(answer.status, status)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    const body = JSON.parse(answer.body) as Record<string, unknown>
    assert.deepEqual(Object.keys(body), ['error', 'error_description', 'request_id'])
    assert.equal(body['error'], 'invalid_request')
    assert.match(seen[0] ?? '', / from 127\.0\.0\.1$/, 'the log is told')
    assert.ok(!`${answer.body}${seen.join('')}`.includes('canary'))
  })
}

test('a smuggled second request is never served', async () => {
  let served = 0
  await using edge = await serveEdge(async (_request, response) => {
    served += 1
    sendJson(response, 200, {})
  })
  const smuggled =
    'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n' +
    '0\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n'
  const answers = answersIn(await sendRaw(edge.port, smuggled))
  assert.deepEqual([answers.map(({ status }) => status), served], [[400], 0])
})

test('garbage behind a request is not answered as if it were that request', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await using edge = await serveEdge(async (_request, response) => {
    await released
    sendJson(response, 200, { for: 'the first' })
  })
  const socket = await openSocket(edge.port)
  socket.write(`${get()}garbage garbage\r\n\r\n`)
  const text = await untilClosed(socket)
  release()
  assert.equal(text, '')
})

test('an upgrade is not taken up', async () => {
  await using edge = await serveEdge(count)
  const request = get('Connection: upgrade, close\r\nUpgrade: h2c\r\n')
  assert.deepEqual(
    answersIn(await sendRaw(edge.port, request)).map(({ status }) => status),
    [200],
  )
})

test('an Expect that nobody knows is ignored, and 100-continue asks for the body', async () => {
  await using edge = await serveEdge(count)
  const unknown = await sendRaw(edge.port, get('Expect: tea\r\nConnection: close\r\n'))
  assert.equal(answersIn(unknown)[0]?.status, 200)

  const socket = await openSocket(edge.port)
  const text = untilClosed(socket)
  socket.write(
    'POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n',
  )
  await once(socket, 'data')
  socket.write('abc')
  assert.deepEqual(
    answersIn(await text).map(({ status }) => status),
    [100, 200],
  )
})

test('a handler that fails is a 500 in JSON, without its message', async () => {
  const seen: string[] = []
  const onRefused = (refusal: { readonly reason: string }) => seen.push(refusal.reason)
  await using edge = await serveEdge(() => Promise.reject(new TypeError(CANARY)), { onRefused })
  const answer = await fetch(edge.origin)
  const text = await answer.text()
  assert.equal(answer.status, 500)
  assert.equal((JSON.parse(text) as Record<string, unknown>)['error'], 'server_error')
  assert.ok(!text.includes('canary'))
  assert.deepEqual(seen, ['fault'])
})

/** An answer that nobody ends lasts until its socket's minute is over. */
const AT_ONCE = { timeout: 20_000 }

test('a handler that fails in mid-answer breaks the answer off at once', AT_ONCE, async () => {
  await using edge = await serveEdge(async (_request, response) => {
    response.writeHead(200, { 'content-length': '10' })
    response.write('12345')
    throw new Error('in mid-answer')
  })
  await assert.rejects(fetch(edge.origin).then((answer) => answer.text()))
})

const SHORT = { headersTimeout: 200, requestTimeout: 400 }

test('a header that comes byte by byte is given up: 408', async () => {
  await using edge = await serveEdge(count, { limits: SHORT })
  const socket = await openSocket(edge.port)
  socket.write('GET /x HTTP/1.1\r\n')
  const drip = setInterval(() => socket.write('X: y\r\n'), 20)
  try {
    assert.equal(answersIn(await untilClosed(socket))[0]?.status, 408)
  } finally {
    clearInterval(drip)
  }
})

test('a body that comes byte by byte is given up: 408', async () => {
  await using edge = await serveEdge(count, { limits: SHORT })
  const socket = await openSocket(edge.port)
  socket.write('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n')
  const drip = setInterval(() => socket.write('x'), 20)
  try {
    assert.equal(answersIn(await untilClosed(socket))[0]?.status, 408)
  } finally {
    clearInterval(drip)
  }
})

test('a connection that says nothing is closed without a word', async () => {
  await using edge = await serveEdge(count, { limits: SHORT })
  assert.equal(await untilClosed(await openSocket(edge.port)), '')
})

test('a caller that hangs up in mid-body leaves nothing in flight', async () => {
  const { promise: reading, resolve } = Promise.withResolvers<void>()
  await using edge = await serveEdge(async (request, response) => {
    resolve()
    await count(request, response)
  })
  const socket = await openSocket(edge.port)
  socket.write('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nabc')
  await reading
  assert.equal(edge.inFlight.size, 1)
  socket.destroy()
  await edge.inFlight.idle()
  assert.equal(edge.inFlight.size, 0)
})

test('headers past the two thousandth are not dropped', async () => {
  await using edge = await serveEdge(async (request, response) => {
    sendJson(response, 200, { last: request.headers['x-forwarded-for'] })
  })
  const lines = 'a:\r\n'.repeat(2_500)
  const text = await sendRaw(
    edge.port,
    get(`Connection: close\r\n${lines}X-Forwarded-For: 192.0.2.1\r\n`),
  )
  assert.equal(answersIn(text)[0]?.body, '{"last":"192.0.2.1"}')
})

const UNREADABLE: readonly (readonly [what: string, bytes: string])[] = [
  ['a CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
  ['bytes that are no request', '\x00\r\n\r\n'],
]

for (const [what, bytes] of UNREADABLE) {
  test(`${what} behind an open request leaves nothing in flight, and no answer that seems its own`, async () => {
    const gone: Promise<unknown>[] = []
    await using edge = await serveEdge(async (request, response) => {
      const closed = once(response, 'close')
      gone.push(closed)
      if (request.method === 'POST') await closed
      sendJson(response, 200, {})
    })
    const post = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'
    const answers = await sendRaw(edge.port, `${post}${get().repeat(20)}${bytes}`)
    await Promise.all(gone)
    assert.equal(gone.length, 21)
    assert.equal(edge.inFlight.size, 0)
    assert.equal(answers, '', 'a refusal would be taken for the answer to the POST')
  })
}
