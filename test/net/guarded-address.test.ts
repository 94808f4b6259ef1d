import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { test } from 'node:test'
import { guardedGet, type GuardedGetOptions } from '../../shared/net/guarded-fetch.ts'
import { serve } from '../support/loopback-server.ts'

const OPTIONS: GuardedGetOptions = {
  network: 'public',
  allowLoopback: true,
  accept: 'application/json',
}

const answerJson: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}')

const leadsElsewhere = async () => [{ address: '8.8.8.8', family: 4 }]

const failsToResolve = async () => {
  throw Object.assign(new Error('getaddrinfo ENOTFOUND idp.example'), { code: 'ENOTFOUND' })
}

test('URLs that are refused before any look-up', async () => {
  await using canary = await serve(answerJson)
  const rows: readonly (readonly [url: string, allowLoopback: boolean])[] = [
    ['http://idp.example/', true],
    [`http://127.0.0.1:${canary.port}/`, false],
    [`https://127.0.0.1:${canary.port}/`, false],
    [`https://localhost:${canary.port}/`, false],
    [`http://127.0.0.2:${canary.port}/`, true],
    [`https://127.0.0.2:${canary.port}/`, true],
    [`http://0.0.0.0:${canary.port}/`, true],
    [`https://0.0.0.0:${canary.port}/`, true],
    [`https://2130706433:${canary.port}/`, false],
    [`https://0x7f.1:${canary.port}/`, false],
    [`https://[::ffff:127.0.0.1]:${canary.port}/`, true],
    [`https://user:pass@localhost:${canary.port}/`, true],
    [`https://user@localhost:${canary.port}/`, true],
    [`https://:pass@localhost:${canary.port}/`, true],
    ['https://10.0.0.1/', true],
    ['https://169.254.169.254/', true],
    ['https://[fd00:ec2::254]/', true],
    ['https://metadata.google.internal/', true],
    ['https://metadata.google.internal./', true],
    ['https://metadata/', true],
    ['file:///etc/passwd', true],
    ['gopher://localhost/', true],
    ['data:application/json,{}', true],
    ['not a URL', true],
    ['', true],
  ]
  const looked: string[] = []
  for (const [url, allowLoopback] of rows) {
    const resolve = async (hostname: string) => {
      looked.push(hostname)
      return [{ address: '10.0.0.1', family: 4 }]
    }
    const network = 'public'
    await assert.rejects(guardedGet(url, { ...OPTIONS, allowLoopback, network, resolve }), url)
  }
  assert.deepEqual(looked, [])
  assert.equal(canary.connections(), 0)
})

test('a private network never reaches link-local and metadata addresses', async () => {
  for (const host of ['169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '127.0.0.1']) {
    const options: GuardedGetOptions = { ...OPTIONS, network: 'private', allowLoopback: false }
    await assert.rejects(guardedGet(`https://${host}/`, options), /the address is not permitted/)
  }
})

test('a name that leads to a forbidden address gets no connection, loopback allowed or not', async () => {
  await using canary = await serve(answerJson)
  const leads = ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', '0.0.0.0']
  for (const address of leads) {
    for (const allowLoopback of [true, false]) {
      const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }]
      const url = `https://idp.example:${canary.port}/`
      await assert.rejects(
        guardedGet(url, { ...OPTIONS, allowLoopback, resolve }),
        /the address is not permitted/,
        address,
      )
    }
  }
  assert.equal(canary.connections(), 0)
})

test('a loopback name that leads elsewhere gets no connection', async () => {
  await assert.rejects(
    guardedGet('http://localhost:1/', { ...OPTIONS, resolve: leadsElsewhere }),
    /the address is not permitted/,
  )
})

test('the name is looked up once, and of its addresses only permitted ones are used', async () => {
  await using server = await serve(answerJson)
  let lookedUp = 0
  const resolve = async () => {
    lookedUp += 1
    return [
      { address: '169.254.169.254', family: 4 },
      { address: lookedUp === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 },
    ]
  }
  const url = `http://localhost:${server.port}/`
  assert.equal((await guardedGet(url, { ...OPTIONS, resolve })).text, '{}')
  assert.equal(lookedUp, 1)
})

test('an address that changes after it was judged gets nothing: the socket is judged again', async () => {
  await using canary = await serve(answerJson)
  let asked = 0
  const resolve = async () => [
    {
      get address() {
        asked += 1
        return asked === 1 ? '8.8.8.8' : '127.0.0.1'
      },
      family: 4,
    },
  ]
  await assert.rejects(
    guardedGet(`https://idp.example:${canary.port}/`, { ...OPTIONS, resolve }),
    /the connected address is not permitted/,
  )
  assert.ok(asked > 1)
})

test('a name that does not resolve is refused with the code alone', async () => {
  await assert.rejects(
    guardedGet('https://idp.example/', { ...OPTIONS, resolve: failsToResolve }),
    /^FetchRefused: the request failed \(ENOTFOUND\)$/,
  )
})
