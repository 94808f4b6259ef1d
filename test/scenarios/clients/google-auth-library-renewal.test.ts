import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { GoogleAuth } from 'google-auth-library'
import { writeCredentialFile, writeTokenFile } from '../../support/credential-file.ts'
import { scenarioPolicy, startScene } from '../../support/scene.ts'

/*
 * Google's client library for Node where one exchange is not the end: tokens that it renews, because
 * it does so 5 minutes early, and an account that impersonates another.
 */
process.env['GOOGLE_CLOUD_PROJECT'] = 'acme-prod'

const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com'
const TERMINAL = 'terminal@acme-prod.iam.gserviceaccount.com'
const STAGE = 'stage@acme-prod.iam.gserviceaccount.com'
const READ = 'https://www.googleapis.com/auth/devstorage.read_only'

const mayImpersonate = {
  role: 'roles/iam.serviceAccountTokenCreator',
  members: [`serviceAccount:${TERMINAL}`],
}
const scene = await startScene({
  policy: (await scenarioPolicy()).replace('maxLifetime: 900', 'maxLifetime: 240'),
  google: (side) => ({
    ...side,
    accounts: (side.accounts ?? []).map((account) =>
      account.email === STAGE ? { ...account, bindings: [mayImpersonate] } : account,
    ),
  }),
})
after(scene.close)
const objects = `${scene.google.url}/storage/v1/b/acme-orders/o`

/** Application default credentials: the file is named in the environment. */
function authOf(credentialFile: string): GoogleAuth {
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = credentialFile
  return new GoogleAuth({ scopes: READ })
}

test('a renewed token is had for the token that the workload has by then', async () => {
  const file = await writeTokenFile(scene, await scene.pipeline())
  const auth = authOf(await writeCredentialFile(scene, DEPLOYER, { file }))
  assert.equal((await auth.request({ url: objects })).status, 200)

  await writeFile(file, `${await scene.pipeline({ claims: { run_id: '2' } })}\n`)
  assert.equal((await auth.request({ url: objects })).status, 200)
  const federated = scene.google.ledger().filter(({ kind }) => kind === 'federated')
  const handedIn = new Set(federated.map(({ subjectFingerprint }) => subjectFingerprint))
  assert.equal(handedIn.size, 2)

  await writeFile(file, await scene.pipeline({ claims: { repository_owner_id: '6666' } }))
  await assert.rejects(auth.request({ url: objects }), /unauthorized_client/)
})

test('the account of the bureau impersonates another, as the credential file says', async () => {
  const file = await writeTokenFile(scene, await scene.pipelineOf('7007'))
  const iam = `${scene.google.url}/v1/projects/-/serviceAccounts`
  const credentials = await writeCredentialFile(
    scene,
    TERMINAL,
    { file },
    { service_account_impersonation_url: `${iam}/${STAGE}:generateAccessToken` },
  )
  const auth = authOf(credentials)
  assert.equal((await auth.request({ url: objects })).status, 200)
  const minted = scene.google.ledger().at(-1)
  assert.deepEqual(
    [minted?.account, minted?.principalSubject, minted?.scopes],
    [STAGE, `serviceAccount:${TERMINAL}`, [READ]],
  )
})
