import { randomBytes } from 'node:crypto'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK } from 'jose'
import { createSigningKey } from './idp/key-ring.ts'

/**
 * The file with the audit key of a store, `STORE.key`, made where there is none: whoever adds to a
 * store or reads it must use the key that it was begun with.
 */
export async function auditKeyBeside(store: string): Promise<string> {
  const path = `${store}.key`
  try {
    await access(path)
  } catch {
    await writeFile(path, randomBytes(32).toString('hex'), { mode: 0o600 })
  }
  return path
}

/** A fresh key for the bureau's own assertions, as the file that its setting names. */
export async function writeAssertionKeys(directory: string): Promise<string> {
  const path = join(directory, 'assertion.jwks.json')
  const { kid, privateKey } = await createSigningKey('ES256')
  const keys = [{ ...(await exportJWK(privateKey)), kid }]
  await writeFile(path, JSON.stringify({ keys }), { mode: 0o600 })
  return path
}
