import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { get, request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import {
  startIdentityProvider,
  type IdentityProvider,
} from '../../deploy/local/idp/identity-provider.ts'

describe('fault switches', () => {
  let idp: IdentityProvider
  before(async () => {
    idp = await startIdentityProvider()
  })
  after(() => idp.close())
  afterEach(() => idp.faults.clear())

  const jwks = () => fetch(`${idp.url}/jwks`, { redirect: 'manual' })
  const ask = async (path = '/jwks'): Promise<IncomingMessage> => {
    const [response] = (await once(get(`${idp.url}${path}`), 'response')) as [IncomingMessage]
    return response
  }

  test('status, with Retry-After, so many times', async () => {
    idp.faults.set('jwks', { kind: 'status', status: 503, retryAfter: 7, times: 1 })
    const struck = await jwks()
    assert.equal(struck.status, 503)
    assert.equal(struck.headers.get('retry-after'), '7')
    assert.equal((await jwks()).status, 200)
  })

  test('a rate is drawn from its seed, the same every time', async () => {
    const first = await drawn(idp, 7)
    const failed = first.match(/503/g)?.length ?? 0
    assert.ok(failed > 15 && failed < 45, `${failed} of 100`)
    assert.equal(await drawn(idp, 7), first)
    assert.notEqual(await drawn(idp, 8), first)
  })

  test('an endpoint that is not there is told, with those that are', async () => {
    const order = { method: 'PUT', body: JSON.stringify({ kind: 'hang' }) }
    const answer = await fetch(`${idp.url}/_double/faults/jwkss`, order)
    assert.equal(answer.status, 400)
    assert.match(await answer.text(), /there is no endpoint jwkss; there are \*, .*\bjwks\b/)
    assert.equal((await fetch(`${idp.url}/_double/faults/jwks`, order)).status, 204)
    assert.equal((await fetch(`${idp.url}/_double/faults/*`, order)).status, 204)
  })

  test('an endpoint that is not struck goes on', async () => {
    idp.faults.set('jwks', { kind: 'status', status: 500 })
    assert.equal((await fetch(`${idp.url}/.well-known/openid-configuration`)).status, 200)
    idp.faults.set('*', { kind: 'status', status: 500 })
    assert.equal((await fetch(`${idp.url}/.well-known/openid-configuration`)).status, 500)
  })

  test('redirect', async () => {
    idp.faults.set('jwks', { kind: 'redirect', location: 'http://127.0.0.1:1/', status: 307 })
    const answer = await jwks()
    assert.equal(answer.status, 307)
    assert.equal(answer.headers.get('location'), 'http://127.0.0.1:1/')
  })

  test('wrong issuer, by replacing a field', async () => {
    idp.faults.set('discovery', { kind: 'replace', fields: { issuer: 'https://evil.example' } })
    const answer = await fetch(`${idp.url}/.well-known/openid-configuration`)
    const body = JSON.parse(await answer.text())
    assert.equal(body.issuer, 'https://evil.example')
    assert.equal(body.jwks_uri, `${idp.url}/jwks`)
  })

  test('html, an empty object, a truncated answer, an oversized one', async () => {
    idp.faults.set('jwks', { kind: 'html' })
    assert.match((await jwks()).headers.get('content-type') ?? '', /html/)
    idp.faults.set('jwks', { kind: 'empty-object' })
    assert.equal(await (await jwks()).text(), '{}')
    idp.faults.set('jwks', { kind: 'truncated' })
    const truncated = await (await jwks()).text()
    assert.throws(() => JSON.parse(truncated), SyntaxError)
    idp.faults.set('jwks', { kind: 'oversized', bytes: 1_000_000 })
    assert.ok((await (await jwks()).text()).length > 1_000_000)
  })

  test('reset in the middle of the body', async () => {
    idp.faults.set('jwks', { kind: 'reset' })
    const response = await jwks()
    assert.equal(response.status, 200)
    await assert.rejects(response.text())
  })

  test('hang: no answer until the caller gives up', async () => {
    idp.faults.set('jwks', { kind: 'hang' })
    await assert.rejects(fetch(`${idp.url}/jwks`, { signal: AbortSignal.timeout(50) }), {
      name: 'TimeoutError',
    })
  })

  test('endless, and it stops when the caller hangs up', async () => {
    idp.faults.set('jwks', { kind: 'endless' })
    const response = await ask()
    let size = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > 5_000_000) break
    }
    assert.ok(size > 5_000_000)
  })

  test('a gzip bomb is small on the wire', async () => {
    idp.faults.set('jwks', { kind: 'gzip-bomb', bytes: 8_388_608 })
    const response = await ask()
    assert.equal(response.headers['content-encoding'], 'gzip')
    let wire = 0
    for await (const chunk of response as AsyncIterable<Buffer>) wire += chunk.length
    assert.ok(wire < 50_000, `${wire} bytes`)
  })

  test('a trickle gives one byte at a time, a slow answer comes whole', async () => {
    idp.faults.set('jwks', { kind: 'trickle', secondsPerByte: 60 })
    const response = await ask()
    const [first] = (await once(response, 'data')) as [Buffer]
    assert.equal(first.length, 1)
    response.destroy()
    idp.faults.set('jwks', { kind: 'slow', seconds: 0.01 })
    assert.equal((await jwks()).status, 200)
  })

  test('faults, latency and counters are served over HTTP, and are not counted', async () => {
    await fetch(`${idp.url}/_double/requests`, { method: 'DELETE' })
    const put = (path: string, body: unknown) =>
      fetch(`${idp.url}/_double/${path}`, { method: 'PUT', body: JSON.stringify(body) })
    assert.equal((await put('faults/jwks', { kind: 'status', status: 500 })).status, 204)
    assert.equal((await put('faults/jwks', { kind: 'meltdown' })).status, 400)
    assert.equal((await put('latency', { seconds: 0.001 })).status, 204)
    assert.equal((await jwks()).status, 500)
    const shown = JSON.parse(await (await fetch(`${idp.url}/_double/faults`)).text())
    assert.deepEqual(shown, {
      latency: 0.001,
      faults: { jwks: [{ kind: 'status', status: 500 }] },
    })
    await fetch(`${idp.url}/_double/faults/jwks`, { method: 'DELETE' })
    assert.equal((await jwks()).status, 200)
    const counters = JSON.parse(await (await fetch(`${idp.url}/_double/requests`)).text())
    assert.deepEqual(counters.requests, { jwks: 2 })
  })

  test('a body over the limit is refused without harm', async () => {
    const sent = request(`${idp.url}/tokens`, { method: 'POST' })
    sent.end(Buffer.alloc(4_194_305, ' '))
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    assert.equal(response.statusCode, 413)
    assert.equal((await jwks()).status, 200)
  })
})

/** The statuses of a hundred requests under a fault that strikes three in ten. */
async function drawn(idp: IdentityProvider, seed: number): Promise<string> {
  idp.faults.set('jwks', { kind: 'status', status: 503, rate: 0.3, seed })
  const statuses: number[] = []
  for (let call = 0; call < 100; call += 1) statuses.push((await fetch(`${idp.url}/jwks`)).status)
  return statuses.join(' ')
}
