import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { assertNoToken } from '../../support/canary.ts'
import { findCloudSdk } from '../../support/cloud-sdk.ts'
import { writeCredentialFile, writeTokenFile } from '../../support/credential-file.ts'
import { runCommand, type Ended } from '../../support/run-command.ts'
import { startScene } from '../../support/scene.ts'

/** gcloud, unmodified, signed in by a credential file whose token endpoint is the bureau. */
const ACCOUNT = 'terminal@acme-prod.iam.gserviceaccount.com'

const scene = await startScene()
after(scene.close)
const folder = dirname(scene.policyFile)

/** A configuration of its own; the double is Cloud Storage, and nothing but loopback is in reach. */
const env = {
  HOME: folder,
  CLOUDSDK_CONFIG: join(folder, 'gcloud'),
  CLOUDSDK_CORE_PROJECT: 'acme-prod',
  CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
  CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
  CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${scene.google.url}/storage/v1/`,
  HTTPS_PROXY: 'http://127.0.0.1:1',
  NO_PROXY: '127.0.0.1,localhost',
}

test('gcloud signs in, prints an access token and lists objects', async (context) => {
  const sdk = findCloudSdk(context)
  if (sdk === undefined) return
  const gcloud = (...words: readonly string[]): Promise<Ended> => runCommand(sdk.gcloud, words, env)
  const subjectToken = await scene.pipelineOf('7007')
  const file = await writeCredentialFile(scene, 'terminal', {
    file: await writeTokenFile(scene, subjectToken),
  })

  const signedIn = await gcloud('auth', 'login', `--cred-file=${file}`)
  assert.equal(signedIn.code, 0, signedIn.stderr)
  assert.ok(signedIn.stderr.includes(ACCOUNT), 'introspection told whose token it is')

  const printed = await gcloud('auth', 'print-access-token')
  assert.equal(printed.code, 0, printed.stderr)
  const token = printed.stdout.trim()
  const known = await fetch(`${scene.google.url}/tokeninfo?access_token=${token}`)
  const { email, scope } = Object(await known.json())
  assert.deepEqual(
    { email, scope },
    { email: ACCOUNT, scope: 'https://www.googleapis.com/auth/cloud-platform' },
  )

  const listed = await gcloud(
    'storage',
    'objects',
    'list',
    'gs://acme-orders',
    '--format=value(name)',
  )
  assert.equal(listed.code, 0, listed.stderr)
  assert.deepEqual(listed.stdout.trim().split('\n'), ['2026/january.csv', '2026/february.csv'])

  const said = [signedIn.stdout, signedIn.stderr, printed.stderr, listed.stdout, listed.stderr]
  assertNoToken(
    [...said, ...scene.bureau.stdout(), ...scene.bureau.stderr()],
    [subjectToken, token],
  )
})

test("gcloud tells a refusal in the bureau's words", async (context) => {
  const sdk = findCloudSdk(context)
  if (sdk === undefined) return
  const subjectToken = await scene.pipeline({ claims: { repository_owner_id: '6666' } })
  const file = await writeCredentialFile(scene, 'terminal', {
    file: await writeTokenFile(scene, subjectToken),
  })
  const { code, stderr } = await runCommand(
    sdk.gcloud,
    ['auth', 'login', `--cred-file=${file}`],
    env,
  )
  assert.equal(code, 1)
  assert.match(stderr, /unauthorized_client: The identity of the subject token is not allowed/)
  assertNoToken([stderr], [subjectToken])
})
