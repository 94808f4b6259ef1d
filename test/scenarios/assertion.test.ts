import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import { startBureau, type BureauProcess } from '../../deploy/local/bureau-process.ts'
import { writeAssertionKeys } from '../../deploy/local/key-files.ts'
import { assertNoToken } from '../support/canary.ts'
import { exchangeToken, get } from '../support/federation.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { BUREAU_AUDIENCE, startScene } from '../support/scene.ts'
import { exchangeAt, FOR_ID_TOKEN } from '../support/token-exchange.ts'

const PROVIDER =
  '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/on-prem/providers/bureau'
const POOL = PROVIDER.slice(0, PROVIDER.indexOf('/providers/'))
const ACCOUNT = 'on-prem@acme-prod.iam.gserviceaccount.com'

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })

const scene = await startScene()
after(scene.close)
const { google, idp } = scene
const bureau = scene.bureau.url

const batchToken = (claims = {}): Promise<string> =>
  idp.sign({ shape: 'keycloak', realm: 'keycloak', audience: BUREAU_AUDIENCE, claims })

test("Google takes the bureau's word for a caller of an issuer that it never asks", async () => {
  const answer = await exchangeAt(bureau, await batchToken()).expect(200)

  const objects = `${google.url}/storage/v1/b/acme-orders/o`
  assert.equal((await get(objects, answer.body.access_token)).status, 200)
  const minted = scene.mintedFor(String(answer.headers['x-request-id']))
  assert.deepEqual(
    minted.map(({ kind, account }) => ({ kind, account })),
    [
      { kind: 'federated', account: undefined },
      { kind: 'access_token', account: ACCOUNT },
    ],
  )
  const { discovery, jwks } = idp.counters().requests
  assert.deepEqual({ discovery, jwks }, { discovery: 1, jwks: 1 }, "the bureau's own look-up alone")
})

test('an ID token comes the same way', async () => {
  const answer = await exchangeAt(bureau, await batchToken(), FOR_ID_TOKEN).expect(200)
  const called = await get(`${google.url}/run/app-abc`, answer.body.access_token)
  assert.deepEqual([called.status, called.body['caller']], [200, ACCOUNT])
})

test("nobody goes around: Google refuses the caller's own token at the same provider", async () => {
  const audiences = [BUREAU_AUDIENCE, PROVIDER, `https:${PROVIDER}`]
  for (const audience of audiences) {
    const token = await idp.sign({ shape: 'keycloak', realm: 'keycloak', audience })
    const { status, body } = await exchangeToken(google.url, token, { audience: PROVIDER })
    assert.equal(status, 400)
    assert.equal(body['error'], 'invalid_grant')
    assert.match(String(body['error_description']), /issuer in ID Token .* does not match/)
  }
})

test('an assertion is no subject token: the bureau does not take its own word', async () => {
  const [key = {}] = await keysIn(scene.env['ASSERTION_KEY_FILE'])
  const leaked = await new SignJWT({ provider: 'keycloak', groups: ['/platform/deployers'] })
    .setProtectedHeader({ alg: 'ES256', kid: String(key['kid']), typ: 'JWT' })
    .setIssuer(bureau)
    .setSubject('f1c2d3e4')
    .setAudience(PROVIDER)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(key, 'ES256'))
  const answer = await exchangeAt(bureau, leaked).expect(400)
  assert.equal(answer.body.error, 'invalid_grant')
  assert.equal((await outcomeOf(scene.bureau, answer.body.request_id)).reason, 'issuer')
})

test('a subject beyond 127 bytes reaches Google as its digest', async () => {
  const digest = createHash('sha256').update('a'.repeat(128)).digest('hex')
  for (const [sub, seen] of [
    ['a'.repeat(127), 'a'.repeat(127)],
    ['a'.repeat(128), `sha256:${digest}`],
  ] as const) {
    const answer = await exchangeAt(bureau, await batchToken({ sub })).expect(200)
    const [federated] = scene.mintedFor(String(answer.headers['x-request-id']))
    assert.equal(federated?.principalSubject, `principal:${POOL}/subject/${seen}`)
  }
})

test('the published keys are public halves', async () => {
  const { body } = await get(`${bureau}/.well-known/jwks.json`)
  const { keys } = keySet.parse(body)
  assert.ok(keys.length > 0)
  for (const key of keys) {
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  }
})

test('keys rotate without a gap: published beside the old one, then signing, then alone', async () => {
  const old = await keysIn(scene.env['ASSERTION_KEY_FILE'])
  const nextFile = await writeAssertionKeys(dirname(scene.policyFile))
  const next = await keysIn(nextFile)
  const ahead = await startRevision('ahead', [...old, ...next])
  const turned = await startRevision('turned', [...next, ...old])
  const alone = await startRevision('alone', next)
  try {
    const both = await publishedBy(ahead)
    assert.equal(both.length, 2)
    assert.deepEqual((await publishedBy(turned)).toSorted(), both.toSorted())
    assert.deepEqual(await publishedBy(alone), (await publishedBy(turned)).slice(0, 1))

    const tells = async (published: BureauProcess, signs: BureauProcess): Promise<number> => {
      trust(published)
      return (await exchangeAt(signs.url, await batchToken())).status
    }
    assert.equal(await tells(ahead, scene.bureau), 200, 'the old key signs, both are published')
    assert.equal(await tells(ahead, turned), 200, 'the next key signs, known already')
    assert.equal(await tells(turned, scene.bureau), 200, 'the last instance with the old key')
    assert.equal(await tells(alone, turned), 200, 'the old key is gone')
    assert.equal(await tells(alone, scene.bureau), 400, 'and its word counts no more')
  } finally {
    await Promise.all([ahead, turned, alone].map(({ stop }) => stop()))
    google.configure(scene.googleSide)
  }
})

test('no token and no private key was logged on the way', async () => {
  const lines = [...scene.bureau.stdout(), ...scene.bureau.stderr()]
  const secrets = (await keysIn(scene.env['ASSERTION_KEY_FILE'])).map((key) => String(key['d']))
  assertNoToken(lines, secrets)
})

async function keysIn(file: string | undefined): Promise<readonly Record<string, unknown>[]> {
  return keySet.parse(JSON.parse(await readFile(String(file), 'utf8'))).keys
}

async function publishedBy({ url }: BureauProcess): Promise<readonly string[]> {
  const { body } = await get(`${url}/.well-known/jwks.json`)
  return keySet.parse(body).keys.map(({ kid }) => kid)
}

/** A further revision of the bureau: the same settings, other keys. */
async function startRevision(name: string, keys: readonly object[]): Promise<BureauProcess> {
  const file = join(dirname(scene.policyFile), `${name}.jwks.json`)
  await writeFile(file, JSON.stringify({ keys }), { mode: 0o600 })
  return startBureau({ env: { ...scene.env, ASSERTION_KEY_FILE: file } })
}

/** Has Google's provider read the keys that this revision publishes. */
function trust({ url }: BureauProcess): void {
  const { providers = [] } = scene.googleSide
  google.configure({
    ...scene.googleSide,
    providers: providers.map((provider) =>
      provider.jwksUri === undefined
        ? provider
        : { ...provider, jwksUri: `${url}/.well-known/jwks.json` },
    ),
  })
}
