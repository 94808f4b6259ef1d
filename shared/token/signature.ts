import { KeyObject, verify, type webcrypto } from 'node:crypto'
import type { Algorithm } from '../domain/claims.ts'
import { Refusal } from '../domain/refusal.ts'
import type { VerificationKey } from '../domain/world.ts'

/** Bits of an RSA key, at least (RFC 7518 section 3.3). */
const RSA_BITS = 2_048

/** Bytes of an ES256 signature: r and s, 32 each (RFC 7518 section 3.4). */
const ES256_BYTES = 64

/**
 * Verifies the signature of a compact JWS, which `parseCompact` took, by one key and one algorithm;
 * the header chooses neither (RFC 7515 section 5.2, RFC 8725 section 3.1). In this thread: the thread
 * pool of WebCrypto costs more than the verification itself. Throws `Refusal` `signature`.
 */
export function checkSignature(
  token: string,
  { key }: Pick<VerificationKey, 'key'>,
  algorithm: Algorithm,
): void {
  if (!fits(key, algorithm)) throw refused(`the key is not for ${algorithm}`)
  const end = token.lastIndexOf('.')
  if (end === -1) throw refused('no signature')
  const input = Buffer.from(token.slice(0, end))
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  if (!isGenuine(input, signature, key, algorithm)) throw refused('the signature is another')
}

/** WebCrypto binds a key to one algorithm at its import: PSS, other hashes and curves do not fit. */
function fits({ type, usages, algorithm: bound }: webcrypto.CryptoKey, wanted: Algorithm): boolean {
  if (type !== 'public' || !usages.includes('verify')) return false
  const {
    name,
    hash,
    modulusLength = 0,
    namedCurve,
  } = bound as Partial<webcrypto.RsaHashedKeyAlgorithm & webcrypto.EcKeyAlgorithm>
  switch (wanted) {
    case 'RS256':
      return name === 'RSASSA-PKCS1-v1_5' && hash?.name === 'SHA-256' && modulusLength >= RSA_BITS
    case 'ES256':
      return name === 'ECDSA' && namedCurve === 'P-256'
  }
}

/**
 * The padding of RS256 is that of every key of OpenSSL's type RSA, which `fits` has made sure of (keys of
 * RSA-PSS are of another type); the encoding of ES256 is said outright.
 */
function isGenuine(
  input: Buffer,
  signature: Buffer,
  cryptoKey: webcrypto.CryptoKey,
  algorithm: Algorithm,
): boolean {
  const key = KeyObject.from(cryptoKey)
  switch (algorithm) {
    case 'RS256':
      // Naming the padding would cost half as much again as the verification.
      return verify('sha256', input, key, signature)
    case 'ES256':
      return (
        signature.length === ES256_BYTES &&
        verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)
      )
  }
}

function refused(detail: string): Refusal {
  return new Refusal('signature', { detail })
}
