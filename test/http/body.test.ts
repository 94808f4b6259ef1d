import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { gzipSync, brotliCompressSync } from 'node:zlib'
import { readBody } from '../../shared/http/body.ts'
import type { Handle } from '../../shared/http/edge-server.ts'
import { mediaTypeOf } from '../../shared/http/media-type.ts'
import { respondRefusal, sendJson } from '../../shared/http/respond.ts'
import { asRefusal, type Reason } from '../../shared/domain/refusal.ts'
import { serveEdge, type Edge } from '../support/edge.ts'
import { answersIn, openSocket, sendRaw, untilClosed } from '../support/raw-http.ts'

const FORM = 'application/x-www-form-urlencoded'
const LIMIT = 65_536

/** An edge that reads a form as the token path does and keeps the reasons of its refusals. */
async function serveForms(deadline?: number): Promise<Edge & { readonly reasons: Reason[] }> {
  const reasons: Reason[] = []
  const handle: Handle = async (request, response) => {
    try {
      mediaTypeOf(request, ['form'])
      sendJson(response, 200, { bytes: (await readBody(response, deadline)).length })
    } catch (error) {
      const refusal = asRefusal(error)
      reasons.push(refusal.reason)
      respondRefusal(response, refusal, 'id')
    }
  }
  return { ...(await serveEdge(handle)), reasons }
}

function post(headers: string, body: string | Buffer = ''): Buffer {
  const head = `POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\n${headers}\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(body)])
}

test('a body of exactly 64 KiB is read, in one piece or in chunks', async () => {
  await using edge = await serveForms()
  const body = 'a'.repeat(LIMIT)
  const whole = post(`Connection: close\r\nContent-Length: ${LIMIT}\r\n`, body)
  const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
  const chunked = post(
    'Connection: close\r\nTransfer-Encoding: chunked\r\n',
    `${chunk.repeat(4)}0\r\n\r\n`,
  )
  for (const request of [whole, chunked]) {
    const [answer] = answersIn(await sendRaw(edge.port, request))
    assert.equal(answer?.body, `{"bytes":${LIMIT}}`)
  }
})

test('chunk extensions and trailers are read over: they change neither body nor header', async () => {
  await using edge = await serveForms()
  const request = post(
    'Connection: close\r\nTransfer-Encoding: chunked\r\nTrailer: Content-Type\r\n',
    '1;a="b c";d=e\r\nx\r\n0\r\nContent-Type: application/json\r\nX-Forwarded-For: 8.8.8.8\r\n\r\n',
  )
  assert.deepEqual(
    answersIn(await sendRaw(edge.port, request)).map(({ status, body }) => [status, body]),
    [[200, '{"bytes":1}']],
  )
})

test('one byte more is 413, before it is sent where its length is declared', async () => {
  await using edge = await serveForms()
  const request = post(`Content-Length: ${LIMIT + 1}\r\nExpect: 100-continue\r\n`)
  const [answer] = answersIn(await sendRaw(edge.port, request))
  assert.equal(answer?.status, 413, 'and no 100 Continue before it')
  assert.equal(answer.headers['connection'], 'close')
})

test('one byte more is 413 in chunks as well, whatever their sizes', async () => {
  await using edge = await serveForms()
  const chunks = `4000\r\n${'a'.repeat(0x4000)}\r\n`.repeat(4)
  const request = post(
    'Connection: close\r\nTransfer-Encoding: chunked\r\n',
    `${chunks}1\r\na\r\n0\r\n\r\n`,
  )
  const [answer] = answersIn(await sendRaw(edge.port, request))
  assert.equal(answer?.status, 413)
  assert.deepEqual(edge.reasons, ['size'])
})

test('a client of HTTP/1.0 is not told to continue: it would take that for the answer', async () => {
  await using edge = await serveForms()
  const request = post('Content-Length: 1\r\nExpect: 100-continue\r\n', 'a').toString()
  const answers = answersIn(await sendRaw(edge.port, request.replace('HTTP/1.1', 'HTTP/1.0')))
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body]),
    [[200, '{"bytes":1}']],
  )
})

test('a client that sends it all the same still gets its 413', async () => {
  await using edge = await serveForms()
  const body = 'a'.repeat(10 * LIMIT)
  const request = post(`Content-Length: ${body.length}\r\n`, body)
  const [answer] = answersIn(await sendRaw(edge.port, request))
  assert.equal(answer?.status, 413)
  const fetched = await fetch(edge.origin, {
    method: 'POST',
    headers: { 'content-type': FORM },
    body,
  })
  assert.equal(fetched.status, 413)
})

test('endless chunks end with 413, and the memory stays as it is', async () => {
  await using edge = await serveForms()
  const socket = await openSocket(edge.port)
  const text = untilClosed(socket)
  const before = process.memoryUsage().rss
  socket.write(post('Transfer-Encoding: chunked\r\n'))
  const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`
  let sent = 0
  for (; sent < 1_000 && socket.writable; sent += 1) {
    if (!socket.write(chunk)) {
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {})
    }
  }
  assert.equal(answersIn(await text)[0]?.status, 413)
  assert.ok(sent < 1_000, 'the connection was closed before 64 MB were taken')
  assert.ok(process.memoryUsage().rss - before < 64 * 1_048_576)
})

test('a bomb is refused by its encoding, never inflated', async () => {
  await using edge = await serveForms()
  const zeros = Buffer.alloc(32 * 1_048_576)
  const bombs = [
    ['gzip', gzipSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['deflate', Buffer.from('x')],
  ] as const
  const before = process.memoryUsage().rss
  for (const [encoding, bomb] of bombs) {
    const headers = `Connection: close\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${bomb.length}\r\n`
    const [answer] = answersIn(await sendRaw(edge.port, post(headers, bomb)))
    assert.equal(answer?.status, 415)
  }
  assert.deepEqual(edge.reasons, ['encoding', 'encoding', 'encoding'])
  assert.ok(process.memoryUsage().rss - before < 16 * 1_048_576)
})

test('a length that promises more than comes: 408 after the deadline', async () => {
  await using edge = await serveForms(100)
  const [answer] = answersIn(await sendRaw(edge.port, post('Content-Length: 60000\r\n', 'abc')))
  assert.equal(answer?.status, 408)
  assert.deepEqual(edge.reasons, ['timeout'])
})

test('a length that promises less than comes: the rest is no second request', async () => {
  await using edge = await serveForms()
  const request = post('Content-Length: 3\r\n', `abc${'subject_token=x'.repeat(100)}`)
  const answers = answersIn(await sendRaw(edge.port, request))
  assert.ok(answers.every(({ status }) => status === 200 || status === 400))
  assert.ok(answers.length <= 2)
})

test('chunk extensions without end are refused', async () => {
  await using edge = await serveForms()
  const request = post('Transfer-Encoding: chunked\r\n', `1;${'a'.repeat(20_000)}\r\na\r\n`)
  const [answer] = answersIn(await sendRaw(edge.port, request))
  assert.equal(answer?.status, 413)
})

test('a caller that hangs up in mid-body is aborted, one that did so before likewise', async () => {
  await using edge = await serveForms()
  const socket = await openSocket(edge.port)
  socket.write(post('Content-Length: 60000\r\n', 'abc'))
  await new Promise((resolve) => setImmediate(resolve))
  socket.destroy()
  while (edge.reasons.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(edge.reasons, ['aborted'])
})

const kept: readonly (readonly [claim: string, method: string, headers: string, body: string])[] = [
  ['a request without a body', 'GET', '', ''],
  ['a small body that was not read', 'POST', 'Content-Length: 3\r\n', 'abc'],
]

for (const [claim, method, headers, body] of kept) {
  test(`${claim} keeps the connection, even when answered at once`, async () => {
    let requests = 0
    await using edge = await serveEdge(async (_request, response) => {
      requests += 1
      sendJson(response, 429, { requests })
    })
    const socket = await openSocket(edge.port)
    const text = untilClosed(socket)
    socket.write(`${method} /x HTTP/1.1\r\nHost: a\r\n${headers}\r\n${body}`)
    await once(socket, 'data')
    socket.write(`${method} /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n${body}`)
    assert.deepEqual(
      answersIn(await text).map((answer) => answer.body),
      ['{"requests":1}', '{"requests":2}'],
    )
  })
}

test('a small body that never comes costs the connection a second after the answer', async () => {
  await using edge = await serveEdge(async (_request, response) => {
    sendJson(response, 429, {})
  })
  const text = await sendRaw(edge.port, post('Content-Length: 3\r\n'))
  assert.deepEqual(
    answersIn(text).map(({ status }) => status),
    [429],
  )
})
