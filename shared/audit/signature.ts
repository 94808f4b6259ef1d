import { createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** What a checkpoint's signature vouches for: the head of a chain at a time. */
export interface CheckpointClaim {
  readonly chain: string
  /** Sequence of the checkpoint's own record. */
  readonly seq: number
  /** Hash of the record before it. */
  readonly previous: string
  /** RFC 3339. */
  readonly time: string
}

/** Signs checkpoints with Ed25519 (RFC 8032). */
export interface CheckpointSigner {
  /** base64url of the 32 bytes of the public key. */
  readonly publicKey: string
  sign(claim: CheckpointClaim): string
}

// DER of PKCS #8 and SubjectPublicKeyInfo up to the 32 bytes of an Ed25519 key (RFC 8410).
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * Derives the signing key from the audit key by HKDF-SHA-256 (RFC 5869). Whoever verifies needs the
 * public half alone: reading the log proves nothing to write it.
 */
export function signerFrom(auditKey: Buffer): CheckpointSigner {
  const seed = Buffer.from(hkdfSync('sha256', auditKey, '', 'token-bureau checkpoint v1', 32))
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    publicKey: spki.subarray(SPKI_PREFIX.length).toString('base64url'),
    sign: (claim) => sign(null, signedText(claim), privateKey).toString('base64url'),
  }
}

/** Whether `signature` vouches for `claim`; false for whatever is malformed. */
export function checkSignature(
  claim: CheckpointClaim,
  signature: string,
  publicKey: string,
): boolean {
  const key = publicKeyOf(publicKey)
  return (
    key !== undefined && verify(null, signedText(claim), key, Buffer.from(signature, 'base64url'))
  )
}

function publicKeyOf(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== 32) return undefined
  return createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, bytes]),
    format: 'der',
    type: 'spki',
  })
}

function signedText({ chain, seq, previous, time }: CheckpointClaim): Buffer {
  return Buffer.from(`token-bureau checkpoint v1\n${chain}\n${seq}\n${previous}\n${time}\n`)
}
