import { openAuditKey, type AuditKey } from '../../../shared/audit/key.ts'
import { UsageError } from '../command.ts'
import { readSecret } from '../secret-input.ts'

/**
 * The public key of checkpoints in a file: the key itself in base64url, or the audit key that it is
 * derived from. Throws `UsageError`.
 */
export async function publicKeyIn(path: string): Promise<string> {
  const content = (await readSecret(path, '--key')).trim()
  if (/^[\w-]{43}$/.test(content)) return content
  return publicKeyOf(content, path)
}

/** The audit key in a file. Throws `UsageError`. */
export async function auditKeyIn(path: string): Promise<AuditKey> {
  return openedKey(await readSecret(path, '--key'), path)
}

/** The public half of an audit key, `content` of the file `path`. Throws `UsageError`. */
export function publicKeyOf(content: string, path: string): string {
  const publicKey = openedKey(content, path).signer?.publicKey
  if (publicKey === undefined) throw new UsageError(`${path} holds no key`)
  return publicKey
}

function openedKey(content: string, path: string): AuditKey {
  try {
    return openAuditKey(content)
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
