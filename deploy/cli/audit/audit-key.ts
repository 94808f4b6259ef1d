import { openAuditKey } from '../../../shared/audit/key.ts'
import { UsageError } from '../command.ts'
import { readInput } from '../input.ts'

/**
 * The public key of checkpoints in a file: the key itself in base64url, or the audit key that it is
 * derived from. Throws `UsageError`.
 */
export async function publicKeyIn(path: string): Promise<string> {
  const content = (await readInput(path, '--key')).trim()
  if (/^[\w-]{43}$/.test(content)) return content
  return publicKeyOf(content, path)
}

/** The public half of an audit key, `content` of the file `path`. Throws `UsageError`. */
export function publicKeyOf(content: string, path: string): string {
  try {
    const publicKey = openAuditKey(content).signer?.publicKey
    if (publicKey !== undefined) return publicKey
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw new UsageError(`${path} holds no key`)
}
