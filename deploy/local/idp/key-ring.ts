import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose'
import type { Algorithm } from '../../../shared/domain/claims.ts'

/** One signing key and its public half. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/**
 * How keys change. `publish-ahead`: a new key is published and signs nothing yet. `rolling`: the
 * oldest key published ahead (or a new one) signs from now on, and the last ones stay published.
 * `abrupt`: a new key signs and every other key is gone.
 */
export type Rotation = 'publish-ahead' | 'rolling' | 'abrupt'

/** The keys of an identity provider. */
export interface KeyRing {
  readonly signing: () => SigningKey
  /** What the key set publishes: keys to come, the one that signs, keys that signed before. */
  readonly published: () => readonly JWK[]
  /** Every key that ever was, withdrawn ones included. */
  readonly everIssued: () => readonly JWK[]
  readonly rotate: (how: Rotation) => Promise<SigningKey>
}

/** What a ring is made of. */
export interface KeyRingOptions {
  readonly algorithm: Algorithm
  /** Keys published before they sign; a rolling rotation tops them up. */
  readonly ahead: number
  /** Keys that stay published after they signed. */
  readonly behind: number
}

/** A ring with its first keys. */
export async function createKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { algorithm } = options
  const all: JWK[] = []
  const make = async (): Promise<SigningKey> => {
    const key = await createSigningKey(algorithm)
    all.push(key.publicJwk)
    return key
  }
  const makeAhead = (count: number) => Promise.all(Array.from({ length: count }, make))
  let signing = await make()
  let ahead = await makeAhead(options.ahead)
  let behind: readonly SigningKey[] = []

  const roll = async (): Promise<void> => {
    const next = ahead[0] ?? (await make())
    behind = [signing, ...behind].slice(0, options.behind)
    signing = next
    ahead = ahead.slice(1)
    if (ahead.length < options.ahead) ahead = [...ahead, await make()]
  }
  return {
    signing: () => signing,
    published: () => [...ahead, signing, ...behind].map(({ publicJwk }) => publicJwk),
    everIssued: () => all,
    rotate: async (how) => {
      if (how === 'publish-ahead') ahead = [...ahead, await make()]
      else if (how === 'rolling') await roll()
      else {
        const [next, ...others] = await makeAhead(1 + options.ahead)
        if (next !== undefined) signing = next
        ahead = others
        behind = []
      }
      return signing
    },
  }
}

/** A new key pair: RSA of 2048 bits, or P-256. */
export async function createSigningKey(algorithm: Algorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const kid = randomBytes(9).toString('base64url')
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  return { kid, algorithm, privateKey, publicJwk }
}
