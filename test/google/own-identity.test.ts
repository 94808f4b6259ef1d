import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { inspect } from 'node:util'
import { createOwnIdentity } from '../../shared/google/own-identity.ts'
import { refusalOf } from '../support/google-client.ts'
import { hang, record, type RecordingServer, type Reply } from '../support/recording-server.ts'

const FLAVOUR = { 'metadata-flavor': 'Google', 'content-type': 'application/json' }
const TOKEN_PATH = '/computeMetadata/v1/instance/service-accounts/default/token'
const VARIABLES = ['GCE_METADATA_HOST', 'GOOGLE_APPLICATION_CREDENTIALS', 'HOME', 'CLOUDSDK_CONFIG']

let server: RecordingServer
const saved = VARIABLES.map((name) => [name, process.env[name]] as const)
const home = mkdtempSync(join(tmpdir(), 'home-'))

before(async () => {
  server = await record()
  process.env['GCE_METADATA_HOST'] = `127.0.0.1:${server.port}`
  process.env['HOME'] = home
  delete process.env['GOOGLE_APPLICATION_CREDENTIALS']
  delete process.env['CLOUDSDK_CONFIG']
})
after(async () => {
  for (const [name, value] of saved) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  rmSync(home, { recursive: true })
  await server.close()
})
beforeEach(() => {
  server.replyWith(metadata(3_600))
})

/** A metadata server whose tokens are numbered and live so many seconds. */
function metadata(life: number): Reply {
  let issued = 0
  return (response, { path }) => {
    if (!path.startsWith(TOKEN_PATH)) {
      response.writeHead(200, { ...FLAVOUR, 'content-type': 'text/plain' }).end('acme-prod')
      return
    }
    issued += 1
    const token = { access_token: `own-${issued}`, expires_in: life, token_type: 'Bearer' }
    response.writeHead(200, FLAVOUR).end(JSON.stringify(token))
  }
}

function tokenRequests(): number {
  return server.requests.filter(({ path }) => path.startsWith(TOKEN_PATH)).length
}

test('the token is the metadata server’s, with the scope that impersonation needs', async () => {
  const token = await createOwnIdentity({ now: Date.now }).accessToken()
  assert.equal(token.reveal(), 'own-1')
  assert.equal(token.kind, 'federated token')
  const asked = server.requests.find(({ path }) => path.startsWith(TOKEN_PATH))
  assert.ok(asked)
  assert.match(decodeURIComponent(asked.path), /scopes=.*\/auth\/cloud-platform$/)
})

test('a token is kept, and a hundred callers at once make one request', async () => {
  const identity = createOwnIdentity({ now: Date.now })
  const tokens = await Promise.all(Array.from({ length: 100 }, () => identity.accessToken()))
  for (let i = 0; i < 10; i++) tokens.push(await identity.accessToken())
  assert.deepEqual([...new Set(tokens.map((token) => token.reveal()))], ['own-1'])
  assert.equal(tokenRequests(), 1)
})

test('five minutes before its expiry a token is renewed', async () => {
  server.replyWith(metadata(299))
  const identity = createOwnIdentity({ now: Date.now })
  assert.equal((await identity.accessToken()).reveal(), 'own-1')
  assert.equal((await identity.accessToken()).reveal(), 'own-2')
})

test('while renewal fails the token serves until it nears its end', async () => {
  const clock = { late: 0 }
  server.replyWith(metadata(200))
  const identity = createOwnIdentity({ now: () => Date.now() + clock.late })
  assert.equal((await identity.accessToken()).reveal(), 'own-1')
  server.replyWith((response) => response.writeHead(404, FLAVOUR).end())
  assert.equal((await identity.accessToken()).reveal(), 'own-1')
  clock.late = 141_000
  assert.equal((await refusalOf(identity.accessToken())).reason, 'upstream')
})

const FAILURES: readonly (readonly [what: string, reply: Reply])[] = [
  ['404', (response) => response.writeHead(404, FLAVOUR).end('canary-in-the-body')],
  ['403', (response) => response.writeHead(403, FLAVOUR).end('canary-in-the-body')],
  ['no flavour', (response) => response.end('canary-in-the-body')],
  ['no JSON', (response) => response.writeHead(200, FLAVOUR).end('canary-in-the-body')],
  ['no token', (response) => response.writeHead(200, FLAVOUR).end('{"x":"canary-in-the-body"}')],
  [
    'a token that fits in no header',
    (response) =>
      response
        .writeHead(200, FLAVOUR)
        .end('{"access_token":"canary-in-the-body\\r\\nX: y","expires_in":3600}'),
  ],
  ['a hang', hang],
]

for (const [what, reply] of FAILURES) {
  test(`${what} from the metadata server: refused in constant words, and not for good`, async () => {
    const identity = createOwnIdentity({ now: Date.now, patience: 400 })
    server.replyWith((response, request, nth) =>
      request.path.startsWith(TOKEN_PATH)
        ? reply(response, request, nth)
        : metadata(3_600)(response, request, nth),
    )
    const refusal = await refusalOf(identity.accessToken())
    assert.equal(refusal.reason, 'upstream')
    assert.equal(refusal.detail, 'own identity: no access token')
    assert.ok(!inspect(refusal, { depth: 10, showHidden: true }).includes('canary'))
    server.replyWith(metadata(3_600))
    assert.equal((await identity.accessToken()).reveal(), 'own-1')
  })
}

test('no metadata server at first: found once it is there', async () => {
  const identity = createOwnIdentity({ now: Date.now, patience: 400 })
  server.replyWith(hang)
  assert.equal((await refusalOf(identity.accessToken())).reason, 'upstream')
  server.replyWith(metadata(3_600))
  assert.equal((await identity.accessToken()).reveal(), 'own-1')
})
