import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { GoogleAuth } from 'google-auth-library'
import type { TokenOrder } from '../../../deploy/local/idp/sign.ts'
import { assertNoToken } from '../../support/canary.ts'
import { serve } from '../../support/loopback-server.ts'
import {
  writeCredentialFile,
  writeTokenFile,
  writeTokenProgram,
} from '../../support/credential-file.ts'
import { startScene } from '../../support/scene.ts'

/*
 * Google's client library for Node, unmodified: all it knows of the bureau is a credential file. The
 * project is named, or the library would look for it, with a full resource name at Google itself.
 */
process.env['GOOGLE_CLOUD_PROJECT'] = 'acme-prod'
process.env['GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES'] = '1'

const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'
const READ = 'https://www.googleapis.com/auth/devstorage.read_only'

const scene = await startScene()
after(scene.close)
const objects = `${scene.google.url}/storage/v1/b/acme-orders/o`

/** Application default credentials, as a workload has them: the file is named in the environment. */
function authOf(credentialFile: string, scopes: readonly string[] = [READ]): GoogleAuth {
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = credentialFile
  return new GoogleAuth({ scopes: [...scopes] })
}

async function fileSourced(token: Promise<string>, audience = DEPLOYER): Promise<string> {
  return writeCredentialFile(scene, audience, { file: await writeTokenFile(scene, await token) })
}

for (const [what, audience] of [
  ['its e-mail', DEPLOYER],
  ["a grant's id", 'deploy'],
  ['its full resource name', `//iam.googleapis.com/projects/-/serviceAccounts/${DEPLOYER}`],
] as const) {
  test(`file-sourced credentials read the protected API as the account named by ${what}`, async () => {
    const auth = authOf(await fileSourced(scene.pipeline(), audience))
    const { status, data } = await auth.request<{ items: unknown[] }>({ url: objects })
    assert.equal(status, 200)
    assert.equal(data.items.length, 2)
    assert.equal(scene.google.ledger().at(-1)?.account, DEPLOYER)
  })
}

test('url-sourced credentials work as on GitHub Actions: a bearer token, JSON with a value', async () => {
  const token = await scene.pipeline()
  await using runner = await serve((request, response) => {
    const known = request.headers.authorization === 'Bearer the runner'
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(known ? { value: token } : {}))
  })
  const file = await writeCredentialFile(scene, DEPLOYER, {
    url: runner.origin,
    headers: { Authorization: 'Bearer the runner' },
    format: { type: 'json', subject_token_field_name: 'value' },
  })
  const { status } = await authOf(file).request({ url: objects })
  assert.equal(status, 200)
})

test('executable-sourced credentials work: a program prints the token', async () => {
  const program = await writeTokenProgram(scene, await scene.pipeline())
  const file = await writeCredentialFile(scene, DEPLOYER, program)
  const { status } = await authOf(file).request({ url: objects })
  assert.equal(status, 200)
})

test('a token is kept for its life: one exchange for many requests', async () => {
  const auth = authOf(await fileSourced(scene.pipeline()))
  const before = scene.google.ledger().length
  for (let asked = 0; asked < 3; asked += 1) await auth.request({ url: objects })
  assert.equal(scene.google.ledger().length - before, 2, 'a federated token and an access token')
})

test('getAccessToken gives a token that Google knows, with the scope that was asked for', async () => {
  const token = await authOf(await fileSourced(scene.pipeline())).getAccessToken()
  const answer = await fetch(`${scene.google.url}/tokeninfo?access_token=${token}`)
  const { email, scope } = Object(await answer.json())
  assert.deepEqual({ email, scope }, { email: DEPLOYER, scope: READ })
})

const REFUSALS: readonly (readonly [
  what: string,
  token: TokenOrder,
  scopes: readonly string[],
  message: string,
])[] = [
  [
    'another organisation',
    { claims: { repository_owner_id: '6666' } },
    [READ],
    'Error code unauthorized_client: The identity of the subject token is not allowed to obtain this token.',
  ],
  [
    'an expired token',
    { lifetime: -120 },
    [READ],
    'Error code invalid_grant: The subject token was not accepted.',
  ],
  [
    'a scope too many',
    {},
    [READ, 'openid'],
    'Error code invalid_scope: A requested scope exceeds what may be granted.',
  ],
]

for (const [what, token, scopes, message] of REFUSALS) {
  test(`a refusal is told in words that help: ${what}`, async () => {
    const auth = authOf(await fileSourced(scene.pipeline(token)), scopes)
    await assert.rejects(auth.getAccessToken(), { message })
  })
}

test('without scopes it asks for cloud-platform, as the README says', async () => {
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = await fileSourced(scene.pipeline())
  await assert.rejects(new GoogleAuth().getAccessToken(), {
    message: /^Error code invalid_scope: /,
  })
})

test('ID tokens are not for credential files, as the README says', async () => {
  const auth = authOf(await fileSourced(scene.pipeline()))
  await assert.rejects(auth.getIdTokenClient('https://app-abc.run.app'), {
    message: /^Cannot fetch ID token in this environment/,
  })
})

test('no token was logged on the way', () => {
  assertNoToken([...scene.bureau.stdout(), ...scene.bureau.stderr()])
})
