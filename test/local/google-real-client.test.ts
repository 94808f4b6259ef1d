import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { IdentityPoolClient } from 'google-auth-library'
import { exchangeToken, workloadToken } from '../support/federation.ts'
import { DEPLOYER, providerName, startGoogleWorld } from '../support/google-world.ts'

const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only'

describe("Google's own client library takes the double for Google", () => {
  let world: Awaited<ReturnType<typeof startGoogleWorld>>
  before(async () => {
    world = await startGoogleWorld()
  })
  after(() => world.close())

  const client = (): IdentityPoolClient =>
    new IdentityPoolClient({
      type: 'external_account',
      audience: providerName('onprem'),
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${world.google.url}/v1/token`,
      service_account_impersonation_url: `${world.google.url}/v1/projects/-/serviceAccounts/${DEPLOYER}:generateAccessToken`,
      service_account_impersonation: { token_lifetime_seconds: 900 },
      subject_token_supplier: { getSubjectToken: () => world.idp.sign(workloadToken()) },
      scopes: [READ_ONLY],
    })
  const objects = (token: string | null | undefined) =>
    fetch(`${world.google.url}/storage/v1/b/orders/o`, {
      headers: { authorization: `Bearer ${String(token)}` },
    })

  test('federation and impersonation', async () => {
    const { token } = await client().getAccessToken()
    assert.equal((await objects(token)).status, 200)
    const [entry] = world.google.ledger().slice(-1)
    assert.equal(entry?.lifetime, 900)
    assert.equal(entry.account, DEPLOYER)
  })

  test("a refusal reaches the client's user in Google's words", async () => {
    const { body } = await exchangeToken(world.google.url, 'nonsense')
    assert.equal(body['error_description'], 'Unable to parse the ID Token.')
    const wrong = new IdentityPoolClient({
      type: 'external_account',
      audience: providerName('onprem'),
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${world.google.url}/v1/token`,
      subject_token_supplier: { getSubjectToken: () => Promise.resolve('nonsense') },
    })
    await assert.rejects(wrong.getAccessToken(), /invalid_grant: Unable to parse the ID Token\./)
  })
})
