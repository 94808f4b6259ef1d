import type { Provider } from '../../shared/domain/provider.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import type { VerificationKey } from '../../shared/domain/world.ts'
import { createKeyStore, type ObservableKeyStore } from '../../shared/keys/key-store.ts'
import type { KeySourceState } from '../../shared/keys/key-source.ts'
import { getOnLoopback, type KeyServer } from './key-server.ts'
import { aProvider } from './policy.ts'

/** A key store on a clock that only the test moves, before one identity provider. */
export interface KeyBench {
  readonly store: ObservableKeyStore
  readonly provider: Provider
  /** Moves the clock. */
  readonly pass: (milliseconds: number) => void
  /** Asks for an ES256 key: the key, or the refusal itself. */
  readonly ask: (kid?: string) => Promise<VerificationKey | Refusal>
  /** `KID`, `KID stale` or the reason of the refusal. */
  readonly outcome: (kid?: string) => Promise<string>
  /** Settles when the next fetch is over, good or failed. */
  readonly nextFetch: () => Promise<KeySourceState>
}

/** `random` of 1 puts the refresh ahead at 90 % of the freshness. */
export function keyBench(server: KeyServer): KeyBench {
  let now = 1_700_000_000_000
  let waiting: ((state: KeySourceState) => void)[] = []
  const store = createKeyStore({
    now: () => now,
    random: () => 1,
    get: getOnLoopback,
    onFetch: (state) => {
      for (const resolve of waiting.splice(0)) resolve(state)
    },
  })
  const provider = aProvider({ issuer: server.origin })
  const ask = (kid?: string): Promise<VerificationKey | Refusal> =>
    store.find(provider, 'ES256', kid).catch((error: unknown) => {
      if (error instanceof Refusal) return error
      throw error
    })
  return {
    store,
    provider,
    pass: (milliseconds) => {
      now += milliseconds
    },
    ask,
    outcome: async (kid) => {
      const answer = await ask(kid)
      if (answer instanceof Refusal) return answer.reason
      return answer.stale ? `${answer.kid} stale` : `${answer.kid}`
    },
    nextFetch: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve]
      }),
  }
}
