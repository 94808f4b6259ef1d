import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { exchangeAt } from '../../deploy/local/demo/ask.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { localPolicy, startStack, type Stack } from '../../deploy/local/stack.ts'

const AUDIENCE = 'https://bureau.example.com'
const ID_TOKEN = {
  requested_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  resource: 'https://app-abc.run.app',
}
const GITHUB: TokenOrder = { shape: 'github', realm: 'github', audience: AUDIENCE }

/** Each way through the policy of the local stack. */
const WAYS: readonly (readonly [string, TokenOrder, Readonly<Record<string, string>>, string])[] = [
  ['GitHub, federation, access token', GITHUB, {}, 'deployer'],
  ['GitHub, federation, ID token', GITHUB, ID_TOKEN, 'deployer'],
  ['GitLab', { shape: 'gitlab', realm: 'gitlab', audience: AUDIENCE }, {}, 'gitlab-deployer'],
  [
    'Kubernetes',
    { shape: 'kubernetes', realm: 'kubernetes', audience: [AUDIENCE] },
    ID_TOKEN,
    'payments',
  ],
  [
    'Keycloak, by assertion',
    { shape: 'keycloak', realm: 'keycloak', audience: AUDIENCE },
    {},
    'batch',
  ],
  [
    'a partner, by impersonation',
    { realm: 'partner', audience: AUDIENCE, claims: { sub: 'partner/reports' } },
    ID_TOKEN,
    'bureau',
  ],
]

describe('the local stack', () => {
  let stack: Stack
  before(async () => {
    stack = await startStack()
  })
  after(() => stack.close())

  for (const [claim, order, parameters, account] of WAYS) {
    test(`vends a token for ${claim}`, async () => {
      const token = await stack.idp.sign(order)
      const { status, fields } = await exchangeAt(stack, token, parameters)
      assert.equal(status, 200, JSON.stringify(fields))
      const minted = stack.google.ledger().at(-1)
      assert.equal(minted?.account, `${account}@acme-prod.iam.gserviceaccount.com`)
    })
  }

  test("Google's side refuses to be asked directly by a caller whom the bureau vouches for", async () => {
    const token = await stack.idp.sign({ shape: 'keycloak', realm: 'keycloak', audience: AUDIENCE })
    const pool = 'projects/123456/locations/global/workloadIdentityPools/on-prem/providers/bureau'
    const response = await fetch(`${stack.google.url}/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        scope: 'https://www.googleapis.com/auth/cloud-platform',
        audience: `//iam.googleapis.com/${pool}`,
        subject_token: token,
      }),
    })
    assert.equal(response.status, 400)
    assert.match(await response.text(), /The issuer in ID Token/)
  })
})

describe('a stack that cannot start', () => {
  test('says what is wrong with the policy', async () => {
    const policy = (await localPolicy()).replace('maxTokenAge: 3600', 'maxTokenAge: soon')
    await assert.rejects(startStack({ policy }), /^Error: policy\.yaml:[0-9]+:[0-9]+: /)
  })

  test('says which setting is wrong', async () => {
    await assert.rejects(startStack({ env: { AUDIT_REQUIRED: 'some' } }), /AUDIT_REQUIRED/)
  })

  test('says which port is in use', async () => {
    const stack = await startStack()
    const port = stack.bureau.port
    await assert.rejects(startStack({ ports: { bureau: port } }), {
      message: `port ${port} of 127.0.0.1 is in use`,
    })
    const { code } = await stack.bureau.stop()
    assert.equal(code, 0)
    await stack.close()
  })
})
