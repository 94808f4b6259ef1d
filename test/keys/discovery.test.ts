import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fetchKeySet, type Whereabouts } from '../../shared/keys/discovery.ts'
import { makeSigner } from '../support/keys.ts'
import { getOnLoopback, serveKeys } from '../support/key-server.ts'
import { serve } from '../support/loopback-server.ts'

const KEY = makeSigner('ES256', 'k').publicJwk

const canary = await serve((_, response) => response.end(JSON.stringify({ keys: [KEY] })))
after(canary.close)

const at = (issuer: string): Whereabouts => ({
  issuer,
  keys: { kind: 'discovery' },
  network: 'public',
  caFile: undefined,
})

test('discovery leads to the key set, and its answer says how long it is fresh', async () => {
  await using server = await serveKeys(KEY)
  server.cacheControl('max-age=1200')
  const { set, freshFor } = await fetchKeySet(at(server.origin), getOnLoopback)
  assert.deepEqual([...set.byKid.keys()], ['k'])
  assert.equal(freshFor, 1_200)
  assert.deepEqual(server.asked(), [1, 1])
})

test('a jwksUri of the policy needs no discovery, and may be on another host', async () => {
  await using server = await serveKeys(KEY)
  const keys = { kind: 'jwksUri', uri: `${server.origin}/jwks` } as const
  const { set } = await fetchKeySet({ ...at('https://idp.example'), keys }, getOnLoopback)
  assert.equal(set.usable.length, 1)
  assert.deepEqual(server.asked(), [0, 1])
})

test('the document is below the issuer, whose last slash counts once and stays in the issuer', async () => {
  const paths: (string | undefined)[] = []
  await using server = await serve((request, response) => {
    paths.push(request.url)
    const issuer = `${server.origin}/realm/`
    const document = { issuer, jwks_uri: `${server.origin}/jwks`, keys: [KEY] }
    response.end(JSON.stringify(document))
  })
  await fetchKeySet(at(`${server.origin}/realm/`), getOnLoopback)
  assert.deepEqual(paths, ['/realm/.well-known/openid-configuration', '/jwks'])
  await assert.rejects(fetchKeySet(at(`${server.origin}/realm`), getOnLoopback), /another issuer/)
})

test('what Google and others do, keys on another host, needs a jwksUri', async () => {
  const documents: readonly (readonly [issuer: string, jwksUri: string])[] = [
    ['https://accounts.google.com', 'https://www.googleapis.com/oauth2/v3/certs'],
    ['https://sts.windows.net/t/', 'https://login.microsoftonline.com/common/discovery/keys'],
    ['https://kubernetes.default.svc', 'https://172.16.0.2:6443/openid/v1/jwks'],
  ]
  for (const [issuer, uri] of documents) {
    const get = async () => ({ text: JSON.stringify({ issuer, jwks_uri: uri }), headers: {} })
    await assert.rejects(fetchKeySet(at(issuer), get), /^Error: the jwks_uri is on another host$/)
  }
})

type Row = readonly [what: string, document: (origin: string) => unknown, text: RegExp]

const DOCUMENTS: readonly Row[] = [
  ['another issuer', (o) => doc(o, { issuer: 'https://evil.example' }), /of another issuer$/],
  ['the issuer with a slash', (o) => doc(o, { issuer: `${o}/` }), /of another issuer$/],
  ['the issuer in upper case', (o) => doc(o, { issuer: o.toUpperCase() }), /of another issuer$/],
  ['the issuer in a list', (o) => doc(o, { issuer: [o] }), /of another issuer$/],
  ['no issuer', (o) => doc(o, { issuer: undefined }), /of another issuer$/],
  ['no jwks_uri', (o) => doc(o, { jwks_uri: undefined }), /has no jwks_uri$/],
  ['a list of jwks_uri', (o) => doc(o, { jwks_uri: [`${o}/jwks`] }), /has no jwks_uri$/],
  ['a relative jwks_uri', (o) => doc(o, { jwks_uri: '/jwks' }), /has no jwks_uri$/],
  ['jwks_uri at the canary', (o) => doc(o, { jwks_uri: canary.origin }), /on another host$/],
  ['jwks_uri by another name', (o) => doc(o, { jwks_uri: renamed(o) }), /on another host$/],
  ['jwks_uri on https', (o) => doc(o, { jwks_uri: o.replace('http', 'https') }), /another host$/],
  ['jwks_uri private', (o) => doc(o, { jwks_uri: 'https://10.0.0.1/jwks' }), /on another host$/],
  ['jwks_uri a file', (o) => doc(o, { jwks_uri: 'file:///etc/passwd' }), /on another host$/],
  ['jwks_uri behind credentials', (o) => doc(o, { jwks_uri: trick(o) }), /on another host$/],
  ['a list', () => [], /of another issuer$/],
  ['null', () => null, /is not an object$/],
  ['HTML', () => undefined, /is not JSON$/],
]

function doc(origin: string, change: object): unknown {
  return { issuer: origin, jwks_uri: `${origin}/jwks`, ...change }
}

function renamed(origin: string): string {
  return `${origin.replace('127.0.0.1', 'localhost')}/jwks`
}

function trick(origin: string): string {
  return `${origin}@127.0.0.1:${canary.port}/jwks`
}

for (const [what, document, text] of DOCUMENTS) {
  test(`a discovery document that is refused: ${what}`, async () => {
    await using server = await serve((_, response) => {
      response.end(JSON.stringify(document(server.origin)) ?? '<html>secret</html>')
    })
    await assert.rejects(fetchKeySet(at(server.origin), getOnLoopback), text)
    assert.equal(server.connections(), 1)
    assert.equal(canary.connections(), 0)
  })
}

test('key sets that are no good answer', async () => {
  const rows: readonly (readonly [body: string, text: RegExp])[] = [
    ['', /is not JSON$/],
    ['{"keys":[', /is not JSON$/],
    ['null', /is not an object$/],
    ['[]', /holds no array of keys$/],
    ['{}', /holds no array of keys$/],
    ['{"keys":{}}', /holds no array of keys$/],
    [
      JSON.stringify({ keys: Array.from({ length: 10_000 }, () => ({})) }),
      /holds more than 64 keys$/,
    ],
    ['['.repeat(60_000), /is not JSON$/],
  ]
  for (const [body, text] of rows) {
    await using server = await serve((_, response) => response.end(body))
    const keys = { kind: 'jwksUri', uri: `${server.origin}/` } as const
    const where = { ...at('https://idp.example'), keys }
    await assert.rejects(fetchKeySet(where, getOnLoopback), (error: Error) => {
      assert.match(error.message, text)
      assert.equal(error.cause, undefined)
      return true
    })
  }
})
