import { mkdtemp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Scene } from './scene.ts'
import { JWT } from './token-exchange.ts'

/** Where a client finds its subject token. */
export type CredentialSource =
  | { readonly file: string }
  | {
      readonly url: string
      readonly headers?: Readonly<Record<string, string>>
      readonly format?: { readonly type: 'json'; readonly subject_token_field_name: string }
    }

/**
 * Writes what Google's client libraries read: a credential file of the type `external_account` (AIP-4117)
 * whose token endpoint is the bureau. `audience` names the service account. Gives the file's path.
 */
export async function writeCredentialFile(
  scene: Scene,
  audience: string,
  source: CredentialSource,
): Promise<string> {
  const file = join(await folderOf(scene), 'credentials.json')
  const { url } = scene.bureau
  const credential = {
    type: 'external_account',
    audience,
    subject_token_type: JWT,
    token_url: `${url}/v1/token`,
    token_info_url: `${url}/v1/introspect`,
    credential_source: source,
  }
  await writeFile(file, JSON.stringify(credential))
  return file
}

/** Writes a token the way a shell does, with a newline at the end. Gives the file's path. */
export async function writeTokenFile(scene: Scene, token: string): Promise<string> {
  const file = join(await folderOf(scene), 'token')
  await writeFile(file, `${token}\n`, { mode: 0o600 })
  return file
}

/** A new folder that goes when the scene is closed. */
function folderOf(scene: Scene): Promise<string> {
  return mkdtemp(join(dirname(scene.policyFile), 'client-'))
}
