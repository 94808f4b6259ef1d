import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { signerFrom, type CheckpointSigner } from './signature.ts'
import type { Secret } from '../domain/secret.ts'

/** The key of the fingerprints, and of the checkpoints' signatures. */
export interface AuditKey {
  /** False: a random key of this process serves, and fingerprints cannot be compared later. */
  readonly mounted: boolean
  /** 8 hexadecimal digits that say which key it is, and nothing of its value. */
  readonly id: string
  /**
   * HMAC-SHA-256, 64 hexadecimal digits, of a subject token's signing input: a signature can be
   * rewritten without becoming invalid. A string that is not of three parts is taken whole.
   */
  ofSubjectToken(token: Secret<string>): string
  /** HMAC-SHA-256, 64 hexadecimal digits, of the whole of a token that Google minted. */
  ofIssuedToken(token: Secret<string>): string
  /** Signs checkpoints; undefined where no key is mounted. */
  readonly signer: CheckpointSigner | undefined
}

/** What a start says where no key is mounted. */
export const NO_KEY_NOTICE =
  'AUDIT_KEY_FILE is not set: fingerprints are made with a random key of this instance and ' +
  'checkpoints are not signed.'

/** Bytes. */
const SHORTEST_KEY = 16

/**
 * The key from the content of `AUDIT_KEY_FILE`, white space at its end left out; a random one for
 * undefined. Throws `Error` with one line where the key is too short.
 */
export function openAuditKey(content: string | Buffer | undefined): AuditKey {
  const bytes = content === undefined ? randomBytes(32) : trimmed(Buffer.from(content))
  if (bytes.length < SHORTEST_KEY) {
    throw new Error(
      `AUDIT_KEY_FILE holds ${bytes.length} bytes; at least ${SHORTEST_KEY} are needed`,
    )
  }
  const secret = createSecretKey(bytes)
  const fingerprint = (text: string) => createHmac('sha256', secret).update(text).digest('hex')
  // Intent and outcome of a request name the same token.
  const made = new WeakMap<Secret<string>, string>()
  return {
    mounted: content !== undefined,
    id: fingerprint('token-bureau fingerprint key').slice(0, 8),
    ofSubjectToken(token) {
      const known = made.get(token) ?? fingerprint(signingInput(token.reveal().trim()))
      made.set(token, known)
      return known
    },
    ofIssuedToken: (token) => fingerprint(token.reveal().trim()),
    signer: content === undefined ? undefined : signerFrom(bytes),
  }
}

function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && [0x0a, 0x0d, 0x20, 0x09].includes(bytes[end - 1] ?? 0)) end -= 1
  return bytes.subarray(0, end)
}

/** `header.payload` of a compact JWS (RFC 7515 section 7.1). */
function signingInput(token: string): string {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 0 || second < 0 || token.includes('.', second + 1)) return token
  return token.slice(0, second)
}
