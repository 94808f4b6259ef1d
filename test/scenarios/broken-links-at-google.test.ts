import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import type {
  AccountConfig,
  GoogleConfig,
  ProviderConfig,
} from '../../deploy/local/google/config.ts'
import { startIdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import { get } from '../support/federation.ts'
import { refusedExchange } from '../support/refused-exchange.ts'
import { BUREAU_AUDIENCE, startScene } from '../support/scene.ts'
import { exchangeAt, FOR_ID_TOKEN } from '../support/token-exchange.ts'

const POOL = 'projects/123456/locations/global/workloadIdentityPools/ci'
const GITHUB = `${POOL}/providers/github`
const EVERYBODY = `principalSet://iam.googleapis.com/${POOL}`
const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'

const scene = await startScene()
const stranger = await startIdentityProvider()
after(async () => {
  await scene.close()
  await stranger.close()
})
const { google, idp } = scene
const bureau = scene.bureau.url

afterEach(() => google.configure(scene.googleSide))

type Breaking = (side: GoogleConfig) => GoogleConfig

/** Where Google's STS says no although the bureau said yes. */
const STS: readonly (readonly [link: string, broken: Breaking])[] = [
  ['the provider is disabled', withProvider({ disabled: true })],
  ['the pool is disabled', (side) => ({ ...side, disabledPools: [POOL] })],
  ['the provider does not exist', (side) => ({ ...side, providers: [] })],
  [
    "Google's condition is narrower",
    withProvider({ attributeCondition: "assertion.ref == 'refs/heads/prod'" }),
  ],
  [
    "Google's condition reads a claim that is not there",
    withProvider({ attributeCondition: 'assertion.nowhere' }),
  ],
  ['Google expects another audience', withProvider({ allowedAudiences: ['https://a.example'] })],
  ['Google expects another issuer', withProvider({ issuer: stranger.issuer })],
  ['Google has other keys', withProvider({ jwks: { keys: [{ ...stranger.keys()[0] }] } })],
  [
    'Google cannot map a subject',
    withProvider({ attributeMapping: { 'google.subject': 'assertion.nowhere' } }),
  ],
]

for (const [link, broken] of STS) {
  test(`Google's STS refuses and nothing is minted: ${link}`, async () => {
    google.configure(broken(scene.googleSide))
    for (const change of [{}, FOR_ID_TOKEN]) {
      assert.deepEqual(await refusedExchange(scene, await scene.pipeline(), change), {
        refusal: ['unauthorized_client', 'upstream_denied'],
        minted: [],
      })
    }
  })
}

/** Where IAM says no: the federated token was given, and is good for nothing. */
const IAM: readonly (readonly [link: string, repository: string, broken: Breaking])[] = [
  ['the account has no binding', '2002', withAccount(DEPLOYER, { bindings: [] })],
  [
    'the binding is for another member',
    '2002',
    withAccount(DEPLOYER, {
      bindings: [
        {
          role: 'roles/iam.workloadIdentityUser',
          members: [`${EVERYBODY}/attribute.repository_id/1`],
        },
      ],
    }),
  ],
  [
    'the binding is of a role that lets nobody impersonate',
    '2002',
    withAccount(DEPLOYER, {
      bindings: [{ role: 'roles/iam.serviceAccountUser', members: [`${EVERYBODY}/*`] }],
    }),
  ],
  ['the account is disabled', '2002', withAccount(DEPLOYER, { disabled: true })],
  [
    'the account is gone',
    '2002',
    (side) => ({
      ...side,
      accounts: (side.accounts ?? []).filter(({ email }) => email !== DEPLOYER),
    }),
  ],
  [
    'the first of two delegates may not be impersonated',
    '5005',
    withAccount('relay@acme-prod.iam.gserviceaccount.com', { bindings: [] }),
  ],
  [
    'the second delegate does not know the first',
    '5005',
    withAccount('relay-two@acme-prod.iam.gserviceaccount.com', { bindings: [] }),
  ],
  [
    'the account does not know the last delegate',
    '5005',
    withAccount('remote@acme-prod.iam.gserviceaccount.com', { bindings: [] }),
  ],
]

for (const [link, repository, broken] of IAM) {
  test(`IAM refuses and no account token is minted: ${link}`, async () => {
    google.configure(broken(scene.googleSide))
    for (const change of [{}, FOR_ID_TOKEN]) {
      const token = await scene.pipelineOf(repository)
      assert.deepEqual(await refusedExchange(scene, token, change), {
        refusal: ['unauthorized_client', 'upstream_denied'],
        minted: ['federated'],
      })
    }
  })
}

test('the function has no identity, or one that may not impersonate: nothing is minted', async () => {
  const partner = {
    realm: 'partner',
    audience: BUREAU_AUDIENCE,
    claims: { sub: 'partner/reports' },
  }
  const { metadataAccount: _, accounts = [], ...side } = scene.googleSide

  google.configure({ ...side, accounts })
  assert.deepEqual(await refusedExchange(scene, await idp.sign(partner)), {
    refusal: ['temporarily_unavailable', 'upstream'],
    minted: [],
  })
  const unbound = accounts.map((account) => ({ ...account, bindings: [] }))
  google.configure({ ...scene.googleSide, accounts: unbound })
  assert.deepEqual(await refusedExchange(scene, await idp.sign(partner)), {
    refusal: ['unauthorized_client', 'upstream_denied'],
    minted: ['access_token'],
  })
  assert.equal(google.ledger().at(-1)?.method, 'metadata', "the function's own, from its metadata")
})

test('a scope that the bureau granted is not enough where the API wants another', async () => {
  const scope = 'https://www.googleapis.com/auth/bigquery'
  const answer = await exchangeAt(bureau, await scene.pipeline(), { scope }).expect(200)
  const objects = `${google.url}/storage/v1/b/acme-orders/o`
  assert.equal((await get(objects, answer.body.access_token)).status, 403)
})

test('every link mended, tokens are vended again', async () => {
  await exchangeAt(bureau, await scene.pipeline()).expect(200)
  await exchangeAt(bureau, await scene.pipelineOf('5005')).expect(200)
})

function withProvider(change: Partial<ProviderConfig>): Breaking {
  return (side) => ({
    ...side,
    providers: (side.providers ?? []).map((each) =>
      each.name === GITHUB ? { ...each, ...change } : each,
    ),
  })
}

function withAccount(email: string, change: Partial<AccountConfig>): Breaking {
  return (side) => ({
    ...side,
    accounts: (side.accounts ?? []).map((each) =>
      each.email === email ? { ...each, ...change } : each,
    ),
  })
}
