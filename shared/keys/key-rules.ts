import { createPublicKey, type JsonWebKey, type webcrypto } from 'node:crypto'
import type { Algorithm } from '../domain/claims.ts'

/** A public key that may verify signatures of one algorithm. */
export interface UsableKey {
  readonly verdict: 'usable'
  readonly kid: string | undefined
  readonly algorithm: Algorithm
  readonly key: webcrypto.CryptoKey
}

/**
 * A key set aside. `rejected`: meant for our signatures but not to be trusted with them. `foreign`:
 * meant for something else, as though it were not there.
 */
export interface SetAsideKey {
  readonly verdict: 'rejected' | 'foreign'
  readonly kid: string | undefined
  /** One line that names the rule and quotes nothing of the key. */
  readonly cause: string
}

const RSA_BITS = { least: 2_048, most: 4_096 } as const

/** FIPS 186-5 wants more than 2^16; no identity provider needs more than 32 bits. */
const RSA_EXPONENT = { least: 65_537, most: 0xffff_ffff } as const

const P256_COORDINATE_BYTES = 32

/** Parameters that only a private key has (RFC 7518 sections 6.2.2 and 6.3.2). */
const PRIVATE_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const

const IMPORTS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const satisfies Record<Algorithm, object>

type Parameters = Readonly<Record<string, unknown>>

/**
 * Judges one member of a JWK set (RFC 7517 section 5) and imports it. RSA of 2,048 to 4,096 bits
 * with an odd exponent from 65,537 to 2^32 - 1, or a point of P-256; `use`, `key_ops` and `alg`
 * absent or fitting; no private parameters. Never throws.
 */
export function judgeKey(jwk: unknown): UsableKey | SetAsideKey {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) {
    return { verdict: 'foreign', kid: undefined, cause: 'the key is not an object' }
  }
  const parameters = jwk as Parameters
  const kid = typeof parameters['kid'] === 'string' ? parameters['kid'] : undefined
  const algorithm = algorithmOf(parameters)
  const foreign = algorithm === undefined ? 'its type, curve or alg' : purpose(parameters)
  if (algorithm === undefined || foreign !== undefined) {
    return { verdict: 'foreign', kid, cause: `the key is not for these signatures: ${foreign}` }
  }
  const cause = weakness(parameters, algorithm)
  if (cause !== undefined) return { verdict: 'rejected', kid, cause }
  const key = imported(parameters, algorithm)
  if (key === undefined) return { verdict: 'rejected', kid, cause: 'the key cannot be imported' }
  return { verdict: 'usable', kid, algorithm, key }
}

function algorithmOf({ kty, crv, alg }: Parameters): Algorithm | undefined {
  const algorithm = kty === 'RSA' ? 'RS256' : kty === 'EC' && crv === 'P-256' ? 'ES256' : undefined
  return alg === undefined || alg === algorithm ? algorithm : undefined
}

/** Which parameter says that the key is not for verification (RFC 7517 sections 4.2 and 4.3). */
function purpose({ use, key_ops: operations }: Parameters): string | undefined {
  if (use !== undefined && use !== 'sig') return 'its use'
  if (operations === undefined) return undefined
  return Array.isArray(operations) && operations.includes('verify') ? undefined : 'its key_ops'
}

function weakness(parameters: Parameters, algorithm: Algorithm): string | undefined {
  if (parameters['kid'] !== undefined && typeof parameters['kid'] !== 'string') {
    return 'the kid is not a string'
  }
  if (PRIVATE_PARAMETERS.some((name) => parameters[name] !== undefined)) {
    return 'the private key is published'
  }
  return algorithm === 'RS256' ? rsaWeakness(parameters) : pointWeakness(parameters)
}

function rsaWeakness({ n, e }: Parameters): string | undefined {
  const modulus = magnitude(n)
  const exponent = magnitude(e)
  if (modulus === undefined || exponent === undefined) return 'the modulus or exponent is malformed'
  const bits = bitsOf(modulus)
  if (bits < RSA_BITS.least || bits > RSA_BITS.most) return `the modulus has ${bits} bits`
  const value = exponent.length > 4 ? Infinity : exponent.readUIntBE(0, exponent.length)
  if (value < RSA_EXPONENT.least || value > RSA_EXPONENT.most || value % 2 === 0) {
    return 'the exponent is not an odd number from 65537 to 4294967295'
  }
  return undefined
}

function pointWeakness({ x, y }: Parameters): string | undefined {
  const whole = [x, y].every((value) => bytesOf(value)?.length === P256_COORDINATE_BYTES)
  return whole ? undefined : 'a coordinate has not 32 bytes'
}

/** The bytes of a base64url value without padding (RFC 7515 section 2). */
function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  const bytes = Buffer.from(value, 'base64url')
  return bytes.toString('base64url') === value ? bytes : undefined
}

/** A positive number's bytes; leading zeros, which some issuers write, are dropped. */
function magnitude(value: unknown): Buffer | undefined {
  const bytes = bytesOf(value)
  const start = bytes?.findIndex((byte) => byte !== 0) ?? -1
  return start === -1 ? undefined : bytes?.subarray(start)
}

function bitsOf(bytes: Buffer): number {
  return bytes.length * 8 - (Math.clz32(bytes[0] ?? 0) - 24)
}

/** Undefined where the library refuses, as it does for a point that is not on the curve. */
function imported(
  { kty, crv, n, e, x, y }: Parameters,
  algorithm: Algorithm,
): webcrypto.CryptoKey | undefined {
  const key = (algorithm === 'RS256' ? { kty, n, e } : { kty, crv, x, y }) as JsonWebKey
  try {
    return createPublicKey({ key, format: 'jwk' }).toCryptoKey(IMPORTS[algorithm], true, ['verify'])
  } catch {
    return undefined
  }
}
