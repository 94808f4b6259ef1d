import { Refusal } from '../domain/refusal.ts'
import type { KeyStore, VerificationKey } from '../domain/world.ts'
import { fetchKeySet, type Get, type Whereabouts } from './discovery.ts'
import { chooseKey, judgeKeySet, type KeySet } from './key-set.ts'
import {
  createKeySource,
  type KeySource,
  type KeySourceOptions,
  type KeySourceState,
} from './key-source.ts'

/** What the key store needs of the outside. */
export interface KeyStoreOptions extends KeySourceOptions {
  readonly get: Get
}

/** A key store that can be looked into. */
export interface ObservableKeyStore extends KeyStore {
  /** The sources in use, for reports; inline keys have none. */
  state(): readonly KeySourceState[]
}

/**
 * The keys of every provider of the policy. A source belongs to what it is fetched from, not to a
 * policy: a reload that leaves a provider's issuer, keys, network and authority alone keeps its
 * keys. Sources that nobody used until their keys ran out are forgotten.
 */
export function createKeyStore({ get, ...options }: KeyStoreOptions): ObservableKeyStore {
  const sources = new Map<string, KeySource>()
  const inline = new WeakMap<object, KeySet>()

  function sourceOf(where: Whereabouts): KeySource {
    const { issuer, keys, network, caFile = '' } = where
    const place = keys.kind === 'jwksUri' ? keys.uri : keys.kind
    const name = [issuer, place, network, caFile].join('\n')
    const known = sources.get(name)
    if (known !== undefined) return known
    for (const [old, source] of sources) if (source.isSpent()) sources.delete(old)
    const source = createKeySource(issuer, () => fetchKeySet(where, get), options)
    sources.set(name, source)
    return source
  }

  function inlineSet(keys: readonly unknown[]): KeySet {
    const set = inline.get(keys) ?? judgeKeySet(keys)
    inline.set(keys, set)
    return set
  }

  return {
    find: async (provider, algorithm, kid): Promise<VerificationKey> => {
      const { issuer, keys, network, caFile } = provider
      if (keys.kind !== 'jwks') {
        return await sourceOf({ issuer, keys, network, caFile }).find(algorithm, kid)
      }
      const key = chooseKey(inlineSet(keys.keys), algorithm, kid)
      if (key === undefined) {
        throw new Refusal('kid', { detail: 'no key of the policy file has the kid' })
      }
      return { key: key.key, kid: key.kid, ageSeconds: 0, stale: false }
    },
    state: () => [...sources.values()].map((source) => source.state()),
  }
}
