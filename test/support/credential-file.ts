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
  | { readonly executable: { readonly command: string; readonly timeout_millis: number } }

/**
 * Writes what Google's client libraries read: a credential file of the type `external_account` (AIP-4117)
 * whose token endpoint is the bureau. `audience` names the service account, `more` has further
 * fields. Gives the file's path.
 */
export async function writeCredentialFile(
  scene: Scene,
  audience: string,
  source: CredentialSource,
  more: Readonly<Record<string, unknown>> = {},
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
    ...more,
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

/**
 * Writes a program that gives a token as AIP-4117 wants it of executables; clients start one only
 * with GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1.
 */
export async function writeTokenProgram(scene: Scene, token: string): Promise<CredentialSource> {
  const file = join(await folderOf(scene), 'token.sh')
  const said = { version: 1, success: true, token_type: JWT, id_token: token }
  const expires = Math.floor(Date.now() / 1000) + 300
  await writeFile(file, `echo '${JSON.stringify({ ...said, expiration_time: expires })}'\n`)
  return { executable: { command: `sh ${file}`, timeout_millis: 5000 } }
}

/** A new folder that goes when the scene is closed. */
function folderOf(scene: Scene): Promise<string> {
  return mkdtemp(join(dirname(scene.policyFile), 'client-'))
}
