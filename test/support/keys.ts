import { generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { Algorithm } from '../../shared/domain/claims.ts'

/** JSON text or bytes as they stand, or a value to be written as JSON. */
export type Part = string | Uint8Array | { readonly [name: string]: unknown } | readonly unknown[]

/** A key pair that signs whatever it is given, so that hostile tokens can be made. */
export interface Signer {
  readonly alg: Algorithm
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The public key as an identity provider publishes it, with `kid`, `alg` and `use`. */
  readonly publicJwk: JsonWebKey
  /** The signature over bytes, as JWS has it: ES256 is r and s, 32 bytes each. */
  readonly signature: (input: string | Uint8Array) => Buffer
  /** A compact JWS over any header and payload; the header is not completed. */
  readonly sign: (header: Part, payload: Part) => string
}

/** A fresh key pair; `rsa` overrides the size and exponent of an RSA key. */
export function makeSigner(
  alg: Algorithm,
  kid: string,
  rsa: { readonly modulusLength?: number; readonly publicExponent?: number } = {},
): Signer {
  const { privateKey, publicKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048, ...rsa })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signature = (input: string | Uint8Array) =>
    sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return {
    alg,
    kid,
    privateKey,
    publicKey,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    signature,
    sign: (header, payload) => {
      const input = `${base64url(header)}.${base64url(payload)}`
      return `${input}.${base64url(signature(input))}`
    },
  }
}

/** One part of a compact JWS. */
export function base64url(part: Part): string {
  const raw = typeof part === 'string' || part instanceof Uint8Array
  return Buffer.from(raw ? part : JSON.stringify(part)).toString('base64url')
}
