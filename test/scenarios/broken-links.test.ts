import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import type {
  AccountConfig,
  GoogleConfig,
  ProviderConfig,
} from '../../deploy/local/google/config.ts'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { startIdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import { get } from '../support/federation.ts'
import { outcomeOf } from '../support/log-lines.ts'
import { BUREAU_AUDIENCE, startScene } from '../support/scene.ts'
import { exchangeAt, FOR_ID_TOKEN, type Fields } from '../support/token-exchange.ts'

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'
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

afterEach(() => {
  google.configure(scene.googleSide)
  google.faults.clear()
  idp.faults.clear()
})

test('with every link in place both kinds of token are vended', async () => {
  for (const change of [{}, FOR_ID_TOKEN]) {
    const answer = await exchangeAt(bureau, await scene.pipeline(), change).expect(200)
    assert.equal(scene.mintedFor(String(answer.headers['x-request-id'])).length, 2)
  }
})

/** One broken link: which token is handed in, for what, and how the chain must say no. */
interface BrokenLink {
  readonly link: string
  readonly token?: () => Promise<string>
  readonly change?: Fields
  readonly refusal: readonly [error: string, reason: string]
}

const pipelineWith = (order: TokenOrder) => () => scene.pipeline(order)

/** Before Google is asked for anything. */
const OURS: readonly BrokenLink[] = [
  {
    link: "identity provider's key: another provider signed",
    token: () =>
      stranger.sign({
        shape: 'github',
        audience: BUREAU_AUDIENCE,
        claims: { iss: idp.issuerOf('github') },
        header: { kid: idp.signingKey().kid },
      }),
    refusal: ['invalid_grant', 'signature'],
  },
  {
    link: "identity provider's key: one that it never published",
    token: () =>
      stranger.sign({
        shape: 'github',
        audience: BUREAU_AUDIENCE,
        claims: { iss: idp.issuerOf('github') },
      }),
    refusal: ['invalid_grant', 'kid'],
  },
  {
    link: 'issuer: one that the policy does not name',
    token: () => stranger.sign({ shape: 'github', audience: BUREAU_AUDIENCE }),
    refusal: ['invalid_grant', 'issuer'],
  },
  {
    link: 'audience: a token for somebody else',
    token: pipelineWith({ audience: 'https://elsewhere.example' }),
    refusal: ['invalid_grant', 'audience'],
  },
  {
    link: 'attribute condition: another organisation',
    token: pipelineWith({ claims: { repository_owner_id: '6666' } }),
    refusal: ['unauthorized_client', 'condition'],
  },
  {
    link: 'attribute condition: the claim is missing',
    token: pipelineWith({ without: ['repository_owner_id'] }),
    refusal: ['unauthorized_client', 'condition_error'],
  },
  {
    link: 'denial: a pull request',
    token: pipelineWith({ claims: { event_name: 'pull_request' } }),
    refusal: ['unauthorized_client', 'denied'],
  },
  {
    link: 'grant: none names the repository',
    token: pipelineWith({ claims: { repository_id: '9999' } }),
    refusal: ['invalid_target', 'no_grant'],
  },
  {
    link: 'grant: its condition is false',
    token: pipelineWith({ claims: { ref: 'refs/heads/feature' } }),
    refusal: ['invalid_target', 'no_grant'],
  },
  {
    link: "grant: the account is the neighbour's",
    change: { audience: 'prod@acme-prod.iam.gserviceaccount.com' },
    refusal: ['invalid_target', 'no_grant'],
  },
  {
    link: 'scope: outside the grant',
    change: { scope: CLOUD_PLATFORM },
    refusal: ['invalid_scope', 'scope'],
  },
  {
    link: 'lifetime: beyond the grant',
    change: { lifetime: 901 },
    refusal: ['invalid_request', 'request'],
  },
  {
    link: 'ID-token audience: outside the grant',
    change: { ...FOR_ID_TOKEN, resource: 'https://other.run.app' },
    refusal: ['invalid_target', 'no_grant'],
  },
]

for (const { link, token = scene.pipeline, change, refusal } of OURS) {
  test(`the bureau refuses and asks Google for nothing: ${link}`, async () => {
    const before = google.counters().requests
    assert.deepEqual(await refusalOf(await token(), change), { refusal, minted: [] })
    assert.deepEqual(google.counters().requests, before)
  })
}

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
      assert.deepEqual(await refusalOf(await scene.pipeline(), change), {
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
      assert.deepEqual(await refusalOf(token, change), {
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
  assert.deepEqual(await refusalOf(await idp.sign(partner)), {
    refusal: ['temporarily_unavailable', 'upstream'],
    minted: [],
  })
  const unbound = accounts.map((account) => ({ ...account, bindings: [] }))
  google.configure({ ...scene.googleSide, accounts: unbound })
  assert.deepEqual(await refusalOf(await idp.sign(partner)), {
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

/** Error and reason of a refusal, and the kinds of what Google minted all the same. */
async function refusalOf(
  subjectToken: string,
  change: Fields = {},
): Promise<{ readonly refusal: readonly string[]; readonly minted: readonly string[] }> {
  const before = google.ledger().length
  const { status, body } = await exchangeAt(bureau, subjectToken, change)
  assert.ok(status === 400 || status === 503, `${status} is no refusal`)
  assert.equal('access_token' in body, false)
  const { reason = '' } = await outcomeOf(scene.bureau, body.request_id)
  return {
    refusal: [body.error, reason],
    minted: google.ledger(before).map(({ kind }) => kind),
  }
}

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
