import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Claims } from '../../shared/domain/claims.ts'
import { exchangeToken, impersonate, workloadToken, type Answer } from '../support/federation.ts'
import { DEPLOYER, RUNTIME, startGoogleWorld } from '../support/google-world.ts'
import { IAM_CALLS, type IamCall } from '../support/iam-calls.ts'

const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only'

describe("the double's IAM Credentials", () => {
  let world: Awaited<ReturnType<typeof startGoogleWorld>>
  before(async () => {
    world = await startGoogleWorld()
  })
  after(() => world.close())

  const federated = async (claims: Claims = {}, scope = ''): Promise<string> => {
    const token = await world.idp.sign(workloadToken({ claims }))
    const { body } = await exchangeToken(world.google.url, token, scope === '' ? {} : { scope })
    return String(body['access_token'])
  }

  for (const row of IAM_CALLS) {
    test(row.claim, async () => {
      const method = row.method ?? 'generateAccessToken'
      const bearer = row.bearer === undefined ? await federated(row.claims, row.scope) : row.bearer
      const already = world.google.ledger().length
      const answer = await impersonate(
        world.google.url,
        bearer === 'none' ? undefined : bearer,
        row.account ?? DEPLOYER,
        method,
        method === 'generateAccessToken' ? { scope: [READ_ONLY], ...row.body } : (row.body ?? {}),
      )
      assert.equal(answer.status, row.status, JSON.stringify(answer.body))
      assert.equal(world.google.ledger(already).length, row.status === 200 ? 1 : 0)
      if (row.status !== 200) hasEnvelope(answer, row)
    })
  }

  test('an access token says when it ends, in whole seconds with Z', async () => {
    const { body } = await impersonate(
      world.google.url,
      await federated(),
      DEPLOYER,
      'generateAccessToken',
      { scope: [READ_ONLY], lifetime: '900s' },
    )
    assert.deepEqual(Object.keys(body).sort(), ['accessToken', 'expireTime'])
    assert.match(String(body['expireTime']), /^[0-9-]{10}T[0-9:]{8}Z$/)
    const left = (Date.parse(String(body['expireTime'])) - Date.now()) / 1000
    assert.ok(left > 890 && left <= 900, `${left} seconds`)
  })

  test('an ID token is signed by Google for one hour', async () => {
    const { body } = await impersonate(
      world.google.url,
      await federated(),
      DEPLOYER,
      'generateIdToken',
      { audience: 'https://app-abc.run.app', includeEmail: true },
    )
    const token = String(body['token'])
    const [header, payload] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')))
    assert.equal(header.alg, 'RS256')
    assert.ok(world.google.jwks().keys.some(({ kid }) => kid === header.kid))
    assert.deepEqual(
      { ...payload, exp: payload.exp - payload.iat, iat: 0 },
      {
        iss: 'https://accounts.google.com',
        sub: '111111111111111111111',
        azp: '111111111111111111111',
        aud: 'https://app-abc.run.app',
        email: DEPLOYER,
        email_verified: true,
        iat: 0,
        exp: 3600,
      },
    )
  })

  test('without includeEmail there is no e-mail', async () => {
    const { body } = await impersonate(
      world.google.url,
      await federated(),
      DEPLOYER,
      'generateIdToken',
      { audience: 'https://app-abc.run.app' },
    )
    const payload = Buffer.from(String(body['token']).split('.')[1] ?? '', 'base64url')
    assert.ok(!('email' in JSON.parse(payload.toString('utf8'))))
  })

  test('an account that may impersonate itself, for 12 hours where the organisation allows', async () => {
    const { google } = world
    const own = await fetch(
      `${google.url}/computeMetadata/v1/instance/service-accounts/default/token`,
      { headers: { 'metadata-flavor': 'Google' } },
    )
    const { access_token: bearer } = JSON.parse(await own.text())
    const call = (lifetime: string) =>
      impersonate(google.url, bearer, RUNTIME, 'generateAccessToken', {
        scope: [READ_ONLY],
        lifetime,
      })
    assert.equal((await call('43200s')).status, 200)
    assert.equal((await call('43201s')).status, 400)
    const [entry] = google.ledger(google.ledger().length - 1)
    assert.equal(entry?.principalSubject, `serviceAccount:${RUNTIME}`)
  })

  test('the ledger holds the request reason and the user agent', async () => {
    const bearer = await federated()
    await fetch(
      `${world.google.url}/v1/projects/-/serviceAccounts/${DEPLOYER}:generateAccessToken`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${bearer}`,
          'x-goog-request-reason': 'bureau:42',
          'user-agent': 'token-bureau/1',
        },
        body: JSON.stringify({ scope: [READ_ONLY] }),
      },
    )
    const [entry] = world.google.ledger(world.google.ledger().length - 1)
    assert.equal(entry?.requestReason, 'bureau:42')
    assert.equal(entry.userAgent, 'token-bureau/1')
  })
})

function hasEnvelope({ body }: Answer, row: IamCall): void {
  const error = body['error']
  assert.ok(typeof error === 'object' && error !== null)
  const envelope = new Map<string, unknown>(Object.entries(error))
  assert.equal(envelope.get('code'), row.status)
  assert.equal(envelope.get('status'), row.code)
  if (row.message !== undefined) assert.equal(envelope.get('message'), row.message)
  if (row.reason === undefined) return
  assert.match(JSON.stringify(envelope.get('details')), new RegExp(`"reason":"${row.reason}"`))
}
