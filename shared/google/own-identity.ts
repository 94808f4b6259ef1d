import { Refusal } from '../domain/refusal.ts'
import { Secret, type FederatedToken } from '../domain/secret.ts'
import type { OwnIdentity } from '../domain/world.ts'
import { isToken } from './answers.ts'
import { loadIdentitySource, type IdentitySource } from './identity-source.ts'

/** Milliseconds before the expiry from which on a new token is asked for. */
const RENEW_EARLY = 300_000

/** Milliseconds that a token must still live to serve while a new one cannot be had. */
const USABLE = 60_000

/** Milliseconds that a caller waits: on Cloud Run the library itself waits for ever. */
const PATIENCE = 8_000

interface HeldToken {
  readonly token: FederatedToken
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * The function's own Google identity, by application default credentials: the metadata server's on
 * Cloud Run (`GCE_METADATA_HOST` is honoured). The token is kept until 5 minutes before its expiry;
 * any number of concurrent callers make one request. Throws `Refusal` `upstream` with a constant
 * detail: the library's errors may hold a token. `now` in milliseconds since the epoch.
 */
export function createOwnIdentity(options: {
  readonly now: () => number
  readonly patience?: number
}): OwnIdentity {
  const { now, patience = PATIENCE } = options
  let source: IdentitySource | undefined
  let held: HeldToken | undefined
  let flight: Promise<FederatedToken> | undefined

  async function ask(): Promise<HeldToken> {
    source ??= await loadIdentitySource()
    const { token, expiresAt } = await source.accessToken()
    if (!isToken(token)) throw new Error('the answer holds no usable token')
    return { token: new Secret('federated token', token), expiresAt: expiresAt ?? 0 }
  }

  async function renew(): Promise<FederatedToken> {
    try {
      held = await within(patience, ask())
      return held.token
    } catch {
      source?.forget()
      source = undefined
      if (held !== undefined && now() < held.expiresAt - USABLE) return held.token
      throw new Refusal('upstream', { detail: 'own identity: no access token' })
    }
  }

  return {
    async accessToken() {
      if (held !== undefined && now() < held.expiresAt - RENEW_EARLY) return held.token
      flight ??= renew().finally(() => (flight = undefined))
      return flight
    },
  }
}

/** Rejects where `promise` takes longer than `ms` milliseconds. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('too late')), ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
