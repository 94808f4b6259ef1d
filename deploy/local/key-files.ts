import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK } from 'jose'
import { createSigningKey } from './idp/key-ring.ts'

/** Fresh keys of a local bureau, as files that its settings name. */
export async function writeKeyFiles(directory: string): Promise<{
  readonly AUDIT_KEY_FILE: string
  readonly ASSERTION_KEY_FILE: string
}> {
  const audit = join(directory, 'audit.key')
  const assertion = join(directory, 'assertion.jwks.json')
  const { kid, privateKey } = await createSigningKey('ES256')
  const keys = [{ ...(await exportJWK(privateKey)), kid }]
  await Promise.all([
    writeFile(audit, randomBytes(32).toString('hex'), { mode: 0o600 }),
    writeFile(assertion, JSON.stringify({ keys }), { mode: 0o600 }),
  ])
  return { AUDIT_KEY_FILE: audit, ASSERTION_KEY_FILE: assertion }
}
