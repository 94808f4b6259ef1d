import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Claims } from '../../shared/domain/claims.ts'
import { exchangeToken, impersonate, workloadToken, type Answer } from '../support/federation.ts'
import { DEPLOYER, RUNTIME, startGoogleWorld, TARGET } from '../support/google-world.ts'

const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only'
const VIA_DEPLOYER = [`projects/-/serviceAccounts/${DEPLOYER}`]

type Method = 'generateAccessToken' | 'generateIdToken'

/** One call: whose claims, of what account, with what body; and the answer. */
interface Row {
  readonly claim: string
  readonly claims?: Claims
  readonly scope?: string
  readonly bearer?: 'none' | 'unknown'
  readonly account?: string
  readonly method?: Method
  readonly body?: Readonly<Record<string, unknown>>
  readonly status: number
  readonly code?: string
  readonly message?: string
  readonly reason?: string
}

const denied = (permission: string) => ({
  status: 403,
  code: 'PERMISSION_DENIED',
  message: `Permission '${permission}' denied on resource (or it may not exist).`,
  reason: 'IAM_PERMISSION_DENIED',
})
const NO_ACCESS_TOKEN = denied('iam.serviceAccounts.getAccessToken')
const NO_ID_TOKEN = denied('iam.serviceAccounts.getOpenIdToken')
const INVALID = { status: 400, code: 'INVALID_ARGUMENT' }
const ID: { readonly method: Method; readonly body: Readonly<Record<string, unknown>> } = {
  method: 'generateIdToken',
  body: { audience: 'https://app-abc.run.app' },
}

const ROWS: readonly Row[] = [
  { claim: 'workloadIdentityUser gives access tokens', status: 200 },
  { claim: 'workloadIdentityUser gives ID tokens', ...ID, status: 200 },
  { claim: "the account's numeric id names it", account: '111111111111111111111', status: 200 },
  { claim: 'delegates null is none', body: { delegates: null }, status: 200 },
  { claim: 'scope auth/iam suffices', scope: 'https://www.googleapis.com/auth/iam', status: 200 },
  { claim: '3,600 seconds are the most', body: { lifetime: '3600s' }, status: 200 },
  {
    claim: 'serviceAccountOpenIdTokenCreator gives ID tokens',
    account: TARGET,
    ...ID,
    status: 200,
  },
  {
    claim: 'serviceAccountOpenIdTokenCreator gives no access tokens',
    account: TARGET,
    ...NO_ACCESS_TOKEN,
  },
  { claim: 'no binding, no access token', claims: { team: 'other' }, ...NO_ACCESS_TOKEN },
  { claim: 'no binding, no ID token', claims: { team: 'other' }, ...ID, ...NO_ID_TOKEN },
  {
    claim: 'tokenCreator along the chain of delegates',
    claims: { groups: ['chain'] },
    account: TARGET,
    body: { delegates: VIA_DEPLOYER },
    status: 200,
  },
  {
    claim: 'workloadIdentityUser is not enough for a delegate',
    account: TARGET,
    body: { delegates: VIA_DEPLOYER },
    ...NO_ACCESS_TOKEN,
  },
  {
    claim: 'a delegate without its resource name',
    account: TARGET,
    body: { delegates: [DEPLOYER] },
    ...INVALID,
  },
  {
    claim: 'no such account',
    account: 'nobody@acme-prod.iam.gserviceaccount.com',
    status: 404,
    code: 'NOT_FOUND',
    message: 'Not found; Gaia id not found for email nobody@acme-prod.iam.gserviceaccount.com',
  },
  { claim: '3,601 seconds are too long', body: { lifetime: '3601s' }, ...INVALID },
  { claim: 'a lifetime of none', body: { lifetime: '0s' }, ...INVALID },
  { claim: 'a lifetime without its unit', body: { lifetime: '900' }, ...INVALID },
  { claim: 'no scopes', body: { scope: [] }, ...INVALID },
  { claim: 'an unknown field', body: { scopes: [READ_ONLY] }, ...INVALID },
  { claim: 'no audience', method: 'generateIdToken', body: {}, ...INVALID },
  {
    claim: "the caller's token has another scope",
    scope: READ_ONLY,
    status: 403,
    code: 'PERMISSION_DENIED',
    message: 'Request had insufficient authentication scopes.',
    reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
  },
  { claim: 'no token', bearer: 'none', status: 401, code: 'UNAUTHENTICATED' },
  { claim: 'an unknown token', bearer: 'unknown', status: 401, code: 'UNAUTHENTICATED' },
]

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

  for (const row of ROWS) {
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

function hasEnvelope({ body }: Answer, row: Row): void {
  const error = body['error']
  assert.ok(typeof error === 'object' && error !== null)
  const envelope = new Map<string, unknown>(Object.entries(error))
  assert.equal(envelope.get('code'), row.status)
  assert.equal(envelope.get('status'), row.code)
  if (row.message !== undefined) assert.equal(envelope.get('message'), row.message)
  if (row.reason === undefined) return
  assert.match(JSON.stringify(envelope.get('details')), new RegExp(`"reason":"${row.reason}"`))
}
