import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { startGoogle } from '../../deploy/local/google/google.ts'
import { startIdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { exchangeToken, federatedToken, workloadToken } from '../support/federation.ts'
import { googleSide, POOL, providerName, startGoogleWorld } from '../support/google-world.ts'

const NOW = Math.floor(Date.now() / 1000)
const SUBJECT = `principal://iam.googleapis.com/${POOL}/subject/alice`
const OPTIONS = JSON.stringify({ userProject: 'acme' })

const ACCEPTED: readonly {
  readonly claim: string
  readonly token?: TokenOrder
  readonly request?: Readonly<Record<string, string>>
}[] = [
  { claim: 'the plain case' },
  { claim: 'a list of audiences', token: { audience: ['x', 'https://bureau.example.com'] } },
  { claim: 'no kid, by trying the keys', token: { header: { kid: null } } },
  { claim: 'expired 30 seconds ago', token: { claims: { iat: NOW - 600, exp: NOW - 30 } } },
  { claim: 'issued 30 seconds in the future', token: { claims: { iat: NOW + 30 } } },
  {
    claim: 'an ID token by type',
    request: { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
  },
  { claim: 'options as JSON', request: { options: OPTIONS } },
  { claim: 'options percent-encoded once more', request: { options: encodeURIComponent(OPTIONS) } },
  { claim: 'attributes that cannot be mapped, unset', token: { without: ['team', 'groups'] } },
  { claim: 'a subject of 127 bytes', token: { claims: { sub: 'é'.repeat(63).concat('x') } } },
]

describe("the double's STS accepts", () => {
  let world: Awaited<ReturnType<typeof startGoogleWorld>>
  before(async () => {
    world = await startGoogleWorld((side) => {
      const [onprem] = side.providers ?? []
      assert.ok(onprem)
      const own = { ...onprem, name: `${POOL}/providers/own`, allowedAudiences: [] }
      return { ...side, providers: [onprem, own] }
    })
  })
  after(() => world.close())

  for (const { claim, token, request } of ACCEPTED) {
    test(claim, async () => {
      const answer = await exchangeToken(
        world.google.url,
        await world.idp.sign(workloadToken(token)),
        request,
      )
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
    })
  }

  for (const scheme of ['', 'https:']) {
    test(`its own resource name with ${scheme || 'no scheme'} as audience, by default`, async () => {
      const name = providerName('own')
      const token = await world.idp.sign(workloadToken({ audience: `${scheme}${name}` }))
      const { status } = await exchangeToken(world.google.url, token, { audience: name })
      assert.equal(status, 200)
    })
  }

  test('JSON in camelCase, and answers in snake_case all the same', async () => {
    const subjectToken = await world.idp.sign(workloadToken())
    const response = await fetch(`${world.google.url}/v1/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
        audience: providerName('onprem'),
        scope: 'https://www.googleapis.com/auth/iam',
        requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
        subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
        subjectToken,
      }),
    })
    const body = JSON.parse(await response.text())
    assert.deepEqual(Object.keys(body).sort(), [
      'access_token',
      'expires_in',
      'issued_token_type',
      'token_type',
    ])
    assert.equal(body.token_type, 'Bearer')
  })

  for (const [lifetime, expected] of [
    [300, 299],
    [86_000, 3599],
  ] as const) {
    test(`a token of ${lifetime} seconds gives one of about ${expected}`, async () => {
      const token = await world.idp.sign(workloadToken({ lifetime }))
      const { body } = await exchangeToken(world.google.url, token)
      const given = Number(body['expires_in'])
      assert.ok(given <= expected && given >= expected - 2, `${given} seconds`)
    })
  }

  test('ES256', async () => {
    const elliptic = await startIdentityProvider({ algorithm: 'ES256' })
    const other = await startGoogle({ config: googleSide(elliptic.issuer) })
    const token = await elliptic.sign(workloadToken())
    const { status } = await exchangeToken(other.url, token)
    assert.equal(status, 200)
    await Promise.all([elliptic.close(), other.close()])
  })

  test('and enters what it minted in the ledger', async () => {
    const already = world.google.ledger().length
    const subjectToken = await world.idp.sign(workloadToken())
    const token = await federatedToken(world.google.url, subjectToken)
    const entries = world.google.ledger(already)
    assert.equal(entries.length, 1)
    const [entry] = entries
    assert.equal(entry?.kind, 'federated')
    assert.equal(entry.principalSubject, SUBJECT)
    assert.equal(entry.audience, providerName('onprem'))
    assert.equal(entry.fingerprint, sha256(token))
    assert.equal(entry.subjectFingerprint, sha256(subjectToken))
    const served = await fetch(`${world.google.url}/ledger?after=${already}`)
    assert.deepEqual(JSON.parse(await served.text()), {
      entries: JSON.parse(JSON.stringify(entries)),
    })
  })
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
