import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertNoToken } from '../../support/canary.ts'
import { findCloudSdk } from '../../support/cloud-sdk.ts'
import {
  writeCredentialFile,
  writeTokenFile,
  writeTokenProgram,
  type CredentialSource,
} from '../../support/credential-file.ts'
import { serve } from '../../support/loopback-server.ts'
import { runCommand } from '../../support/run-command.ts'
import { startScene } from '../../support/scene.ts'

/** Python's google-auth, unmodified, as the Cloud SDK brings it. */
const PROGRAM = fileURLToPath(new URL('read-objects.py', import.meta.url))
const OBJECTS = { status: 200, names: ['2026/january.csv', '2026/february.csv'], valid: true }
const READ = 'https://www.googleapis.com/auth/devstorage.read_only'

const scene = await startScene()
after(scene.close)

/** What the program printed with the credentials of this token. */
async function readObjects(
  libraries: string,
  token: string,
  scope: string,
  source?: CredentialSource,
): Promise<unknown> {
  const fromFile = { file: await writeTokenFile(scene, token) }
  const file = await writeCredentialFile(scene, 'deploy', source ?? fromFile)
  const objects = `${scene.google.url}/storage/v1/b/acme-orders/o`
  const { code, stdout, stderr } = await runCommand('python3', [PROGRAM, objects, scope], {
    PYTHONPATH: libraries,
    GOOGLE_APPLICATION_CREDENTIALS: file,
    GOOGLE_CLOUD_PROJECT: 'acme-prod',
    GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1',
  })
  assert.equal(code, 0, stderr)
  assertNoToken([stdout, stderr], [token])
  return JSON.parse(stdout)
}

test('application default credentials read the protected API', async (context) => {
  const sdk = findCloudSdk(context)
  if (sdk === undefined) return
  assert.deepEqual(await readObjects(sdk.libraries, await scene.pipeline(), READ), OBJECTS)
})

test('so do credentials by a URL and by a program', async (context) => {
  const sdk = findCloudSdk(context)
  if (sdk === undefined) return
  const token = await scene.pipeline()
  await using runner = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ value: token }))
  })
  const byUrl: CredentialSource = {
    url: runner.origin,
    format: { type: 'json', subject_token_field_name: 'value' },
  }
  for (const source of [byUrl, await writeTokenProgram(scene, token)]) {
    assert.deepEqual(await readObjects(sdk.libraries, token, READ, source), OBJECTS)
  }
})

test('a refusal is told in words that help', async (context) => {
  const sdk = findCloudSdk(context)
  if (sdk === undefined) return
  assert.deepEqual(await readObjects(sdk.libraries, await scene.pipeline(), 'openid'), {
    refused: 'Error code invalid_scope: A requested scope exceeds what may be granted.',
  })
})

test('no token was logged on the way', () => {
  assertNoToken([...scene.bureau.stdout(), ...scene.bureau.stderr()])
})
