import type { KeyStore } from '../../shared/domain/world.ts'
import { createKeyStore } from '../../shared/keys/key-store.ts'

/** The bureau's key store over keys in the policy, with the number of look-ups it was asked for. */
export interface CountingKeyStore extends KeyStore {
  readonly lookUps: () => number
}

/** Serves providers whose keys are inline; a fetch of any other is a fault of the test. */
export function inlineKeyStore(now: () => number): CountingKeyStore {
  const store = createKeyStore({
    now,
    random: () => 0,
    get: () => Promise.reject(new Error('these providers have their keys inline')),
  })
  let lookUps = 0
  return {
    lookUps: () => lookUps,
    find: (provider, algorithm, kid) => {
      lookUps += 1
      return store.find(provider, algorithm, kid)
    },
  }
}

/** Where a provider with these keys in the policy has them from. */
export function inline(keys: readonly { readonly [parameter: string]: unknown }[]) {
  return { kind: 'jwks', keys } as const
}
