import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { guardedGet, type GuardedGetOptions } from '../../shared/net/guarded-fetch.ts'
import { serve } from '../support/loopback-server.ts'

const OPTIONS: GuardedGetOptions = {
  network: 'public',
  allowLoopback: true,
  accept: 'application/json',
}
const JSON_HEAD = { 'content-type': 'application/json' }

/** Asks a server that answers with `listener`. */
async function ask(listener: RequestListener, options: Partial<GuardedGetOptions> = {}) {
  await using server = await serve(listener)
  return await guardedGet(`${server.origin}/keys`, { ...OPTIONS, ...options })
}

const answerJson: RequestListener = (_, response) => response.writeHead(200, JSON_HEAD).end('{}')

test('a JSON answer comes back whole, with the headers of its freshness', async () => {
  const answer = await ask((request, response) => {
    const head = { 'content-type': 'application/jwk-set+json; charset=utf-8', age: '7' }
    response.writeHead(200, { ...head, 'cache-control': 'max-age=60' })
    response.end(JSON.stringify({ url: request.url, headers: request.headers, text: 'é' }))
  })
  assert.deepEqual(answer.headers, { 'cache-control': 'max-age=60', age: '7' })
  const { url, headers, text } = JSON.parse(answer.text)
  assert.equal(url, '/keys')
  assert.equal(text, 'é')
  assert.equal(headers.accept, 'application/json')
  assert.equal(headers['accept-encoding'], 'identity')
  assert.equal(headers.connection, 'close')
})

test('an answer without a Content-Type passes', async () => {
  assert.equal((await ask((_, response) => response.end('{}'))).text, '{}')
})

test('exactly 64 KiB pass', async () => {
  const body = JSON.stringify('x'.repeat(65_534))
  assert.equal((await ask((_, response) => response.end(body))).text.length, 65_536)
})

const ENDLESS: RequestListener = (_, response) => {
  response.writeHead(200, JSON_HEAD)
  const chunk = Buffer.alloc(16_384, 0x20)
  const pour = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', pour)
  pour()
}

const TRICKLE: RequestListener = (_, response) => {
  response.writeHead(200, JSON_HEAD)
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

const REFUSED: readonly (readonly [what: string, answer: RequestListener, text: RegExp])[] = [
  ['404', (_, r) => r.writeHead(404, JSON_HEAD).end('{}'), /has status 404$/],
  ['500', (_, r) => r.writeHead(500, JSON_HEAD).end('{}'), /has status 500$/],
  ['204', (_, r) => r.writeHead(204).end(), /has status 204$/],
  ['304', (_, r) => r.writeHead(304).end(), /^redirects are not followed$/],
  ['gzip', (_, r) => compressed(r, 'gzip'), /^the answer is compressed$/],
  ['two codings', (_, r) => compressed(r, 'identity, gzip'), /^the answer is compressed$/],
  ['HTML', (_, r) => typed(r, 'text/html'), /^the answer is not JSON$/],
  ['a look-alike of JSON', (_, r) => typed(r, 'application/jsonp'), /^the answer is not JSON$/],
  ['a body of 64 KiB + 1', (_, r) => r.end(' '.repeat(65_537)), /longer than 65536 bytes$/],
  ['64 KiB + 1 in chunks', (_, r) => inChunks(r, 65_537), /longer than 65536 bytes$/],
  ['a length that promises 10 MiB', (_, r) => promised(r, 10_485_760), /longer than 65536 bytes$/],
  ['an endless body', ENDLESS, /longer than 65536 bytes$/],
  ['a body cut short', (_, r) => cutShort(r), /^the request failed/],
  ['endless headers', (_, r) => hugeHead(r), /^the request failed \(HPE_HEADER_OVERFLOW\)$/],
  ['no HTTP at all', (_, r) => r.socket?.end('secret \x00\r\n\r\n'), /^the request failed/],
]

function inChunks(response: Parameters<RequestListener>[1], length: number): void {
  response.writeHead(200, JSON_HEAD)
  response.write(' '.repeat(length - 1))
  response.end(' ')
}

function compressed(response: Parameters<RequestListener>[1], coding: string): void {
  response.writeHead(200, { ...JSON_HEAD, 'content-encoding': coding }).end(gzipSync('{}'))
}

function typed(response: Parameters<RequestListener>[1], type: string): void {
  response.writeHead(200, { 'content-type': type }).end('{}')
}

function promised(response: Parameters<RequestListener>[1], length: number): void {
  response.writeHead(200, { ...JSON_HEAD, 'content-length': length }).write('{}')
}

function cutShort(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { ...JSON_HEAD, 'content-length': 100 })
  response.write('{}', () => response.destroy())
}

function hugeHead(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { ...JSON_HEAD, 'x-filler': 'x'.repeat(100_000) }).end('{}')
}

for (const [what, answer, text] of REFUSED) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(ask(answer), (error: Error) => {
      assert.match(error.message, text)
      assert.equal(error.cause, undefined)
      return true
    })
  })
}

const LATE: readonly (readonly [what: string, answer: RequestListener])[] = [
  ['a server that never answers', () => undefined],
  ['headers without a body', (_, r) => r.writeHead(200, JSON_HEAD).flushHeaders()],
  ['one byte after the other', TRICKLE],
  ['endless provisional answers', (_, r) => provisional(r)],
]

function provisional(response: Parameters<RequestListener>[1]): void {
  const timer = setInterval(() => response.writeProcessing(), 20)
  response.on('close', () => clearInterval(timer))
}

for (const [what, answer] of LATE) {
  test(`the deadline covers ${what}`, async () => {
    await assert.rejects(
      ask(answer, { timeoutMs: 200 }),
      /^FetchRefused: no whole answer within 200 ms$/,
    )
  })
}

test('the deadline covers a name that never resolves', async () => {
  const options = { ...OPTIONS, timeoutMs: 50, resolve: () => new Promise<never>(() => undefined) }
  // The deadline's own timer holds no process open; this one does.
  const alive = setInterval(() => undefined, 1_000)
  await assert.rejects(guardedGet('https://idp.example/', options), /no whole answer within 50 ms/)
  clearInterval(alive)
})

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} is refused, and its target gets no connection`, async () => {
    await using canary = await serve(answerJson)
    const redirect: RequestListener = (_, response) =>
      response.writeHead(status, { ...JSON_HEAD, location: `${canary.origin}/keys` }).end('{}')
    await assert.rejects(ask(redirect), /redirects are not followed/)
    assert.equal(canary.connections(), 0)
  })
}
