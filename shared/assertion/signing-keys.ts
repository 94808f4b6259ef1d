import type { webcrypto } from 'node:crypto'
import { importJWK, type JWK } from 'jose'
import { z } from 'zod'
import type { Algorithm } from '../domain/claims.ts'

/** The key that signs now, and the public half of every key of the file. */
export interface SigningKeys {
  readonly current: {
    readonly kid: string
    readonly algorithm: Algorithm
    readonly key: webcrypto.CryptoKey
  }
  /** A JWK set (RFC 7517 section 5) without private parameters: what verifiers fetch. */
  readonly published: { readonly keys: readonly JWK[] }
}

/** What is wrong with a key file, in one line and without any of its values. */
export class SigningKeysError extends Error {
  override readonly name = 'SigningKeysError'
}

const KID = z.string().regex(/^[\x21-\x7e]{1,128}$/)
const coordinate = z.string().regex(/^[\w-]{43}$/)
const number = z.string().regex(/^[\w-]+$/)

const KEY = z.discriminatedUnion('kty', [
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    kid: KID,
    x: coordinate,
    y: coordinate,
    d: coordinate,
  }),
  z.object({
    kty: z.literal('RSA'),
    kid: KID,
    n: number.min(342).max(683),
    e: z.literal('AQAB'),
    d: number,
    p: number,
    q: number,
    dp: number,
    dq: number,
    qi: number,
  }),
])
const FILE = z.object({ keys: z.array(KEY).min(1).max(8) })

/**
 * Reads the JWK set of `ASSERTION_KEY_FILE`: private keys, the signing one first, the next ones
 * after it so that verifiers know them before they are used. EC P-256 signs ES256, RSA of 2048 to
 * 4096 bits signs RS256. Throws {@link SigningKeysError}.
 */
export async function readSigningKeys(text: string): Promise<SigningKeys> {
  const parsed = FILE.safeParse(parseJson(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue?.path.join('.') || 'the whole'
    throw new SigningKeysError(`${place} is not a private ES256 or RS256 JWK with a kid`)
  }
  const { keys } = parsed.data
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) {
    throw new SigningKeysError('two keys have the same kid')
  }
  const imported = await Promise.all(keys.map(importPrivate))
  const [current] = imported
  if (current === undefined) throw new SigningKeysError('the file holds no key')
  return { current, published: { keys: keys.map(publicHalf) } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SigningKeysError('the file is not JSON')
  }
}

async function importPrivate(jwk: z.output<typeof KEY>): Promise<SigningKeys['current']> {
  const algorithm = algorithmOf(jwk)
  try {
    const key = await importJWK(jwk, algorithm)
    if (key instanceof Uint8Array) throw new TypeError('not an asymmetric key')
    return { kid: jwk.kid, algorithm, key }
  } catch {
    throw new SigningKeysError('a key cannot be imported')
  }
}

function publicHalf(jwk: z.output<typeof KEY>): JWK {
  const shared = { kid: jwk.kid, use: 'sig', alg: algorithmOf(jwk) }
  return jwk.kty === 'EC'
    ? { kty: 'EC', ...shared, crv: jwk.crv, x: jwk.x, y: jwk.y }
    : { kty: 'RSA', ...shared, n: jwk.n, e: jwk.e }
}

function algorithmOf({ kty }: { readonly kty: 'EC' | 'RSA' }): Algorithm {
  return kty === 'EC' ? 'ES256' : 'RS256'
}
