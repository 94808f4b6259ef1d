import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { TokenOrder } from '../../deploy/local/idp/sign.ts'
import { startIdentityProvider } from '../../deploy/local/idp/identity-provider.ts'
import { refusedExchange } from '../support/refused-exchange.ts'
import { BUREAU_AUDIENCE, startScene } from '../support/scene.ts'
import { exchangeAt, FOR_ID_TOKEN, type Fields } from '../support/token-exchange.ts'

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

const scene = await startScene()
const stranger = await startIdentityProvider()
after(async () => {
  await scene.close()
  await stranger.close()
})
const { google, idp } = scene
const bureau = scene.bureau.url

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
    assert.deepEqual(await refusedExchange(scene, await token(), change), { refusal, minted: [] })
    assert.deepEqual(google.counters().requests, before)
  })
}

test('every link mended, tokens are vended again', async () => {
  await exchangeAt(bureau, await scene.pipeline()).expect(200)
})
