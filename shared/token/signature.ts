import { compactVerify, errors } from 'jose'
import type { Algorithm } from '../domain/claims.ts'
import { Refusal } from '../domain/refusal.ts'
import type { VerificationKey } from '../domain/world.ts'

/**
 * Verifies the signature of a compact JWS by one key and one algorithm; the header chooses neither
 * (RFC 7515 section 5.2, RFC 8725 section 3.1). The library's error stays behind: only its code is
 * kept, because its text is not ours to vouch for. Throws `Refusal` `signature`.
 */
export async function checkSignature(
  token: string,
  { key }: Pick<VerificationKey, 'key'>,
  algorithm: Algorithm,
): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] })
  } catch (error) {
    const code = error instanceof errors.JOSEError ? error.code : 'the key does not fit'
    throw new Refusal('signature', { detail: code })
  }
}
