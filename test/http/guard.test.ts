import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { startFramework, type FrameworkProcess } from '../support/framework.ts'
import { answersIn, sendRaw } from '../support/raw-http.ts'

suite('the framework’s own command serves the guarded handler', () => {
  let framework: FrameworkProcess
  before(async () => {
    framework = await startFramework('test/support/guarded-function.ts', 'guarded')
  })
  after(() => framework[Symbol.asyncDispose]())

  test('without express, without domain, and http.createServer as it was', async () => {
    const answer = await fetch(`${framework.origin}/framework`)
    assert.deepEqual(await answer.json(), {
      domain: null,
      body: false,
      express: false,
      restored: true,
      listeners: 1,
    })
  })

  const jsonPaths = ['/%ff', '/favicon.ico', '/robots.txt', '/v1/token/%zz']

  for (const path of jsonPaths) {
    test(`${path} is the handler’s to answer`, async () => {
      const answer = await fetch(`${framework.origin}${path}`, { method: 'POST', body: 'abc' })
      assert.deepEqual([answer.status, await answer.json()], [200, { bytes: 3 }])
    })
  }

  test('no parser of the framework reads, inflates or refuses a body', async () => {
    const bomb = brotliCompressSync(Buffer.alloc(64 * 1_048_576))
    const answers = await Promise.all([
      fetch(framework.origin, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'br' },
        body: bomb,
      }),
      fetch(framework.origin, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{ this is no JSON',
      }),
    ])
    assert.deepEqual(await Promise.all(answers.map((answer) => answer.json())), [
      { bytes: bomb.length },
      { bytes: 17 },
    ])
  })

  test('answers carry no ETag, no X-Powered-By, no CORS header', async () => {
    const answer = await fetch(framework.origin, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    const names = [...answer.headers.keys()]
    const unwanted = names.filter((name) =>
      /^(etag|x-powered-by|server|access-control-)/.test(name),
    )
    assert.deepEqual(unwanted, [])
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  })

  test('what is no request is answered in JSON', async () => {
    const answers = answersIn(await sendRaw(framework.port, 'GET / HTTP/9\r\n\r\n'))
    assert.equal(answers[0]?.status, 400)
    assert.equal(answers[0]?.headers['content-type'], 'application/json')
  })

  test('nothing of the framework appeared in the log', () => {
    assert.deepEqual(
      framework.lines.filter((line) => /error|express|stack/i.test(line)),
      [],
    )
  })
})
