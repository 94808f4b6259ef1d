import { Refusal } from '../../shared/domain/refusal.ts'
import type { KeyStore } from '../../shared/domain/world.ts'
import { webcrypto } from 'node:crypto'
import type { Signer } from './keys.ts'

const IMPORT = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const

/** A key store over generated keys, with the number of look-ups that it was asked for. */
export interface CountingKeyStore extends KeyStore {
  readonly lookUps: () => number
}

/** Publishes `signers` by issuer; the keys are genuine, the network is left out. */
export function keyStoreOf(
  signersByIssuer: ReadonlyMap<string, readonly Signer[]>,
): CountingKeyStore {
  let lookUps = 0
  return {
    lookUps: () => lookUps,
    async find(provider, algorithm, kid) {
      lookUps += 1
      const fitting = (signersByIssuer.get(provider.issuer) ?? []).filter(
        (signer) => signer.alg === algorithm && (kid === undefined || signer.kid === kid),
      )
      const [signer, ...more] = fitting
      if (signer === undefined || more.length > 0) throw new Refusal('kid')
      const { publicJwk } = signer
      const key = await webcrypto.subtle.importKey('jwk', publicJwk, IMPORT[signer.alg], false, [
        'verify',
      ])
      return { key, kid: signer.kid, ageSeconds: 7, stale: false }
    },
  }
}
