import type { JWK } from 'jose'
import type { Algorithm } from '../../../shared/domain/claims.ts'
import type { Counters } from '../loopback/control.ts'
import { createFaults, type FaultSwitches } from '../loopback/faults.ts'
import { serve } from '../loopback/serve.ts'
import { issuerOf, publicEndpoints } from './endpoints.ts'
import { createKeyRing, type Rotation, type SigningKey } from './key-ring.ts'
import { signToken, type TokenOrder } from './sign.ts'
import { orderEndpoints } from './token-endpoint.ts'

/** How an identity provider starts; everything may be left out. */
export interface IdentityProviderOptions {
  /** Left out, or 0: any free one. */
  readonly port?: number
  /** RS256 by default. */
  readonly algorithm?: Algorithm
  /** Keys published before they sign; 0 by default. */
  readonly keysAhead?: number
  /** Keys that stay published after they signed; 2 by default. */
  readonly keysBehind?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** An OIDC identity provider on loopback, running. */
export interface IdentityProvider {
  /** The issuer of tokens without a realm; the same as `url`. */
  readonly issuer: string
  readonly url: string
  /** The issuer of one realm's tokens: `URL/realms/REALM`. All realms share the keys. */
  readonly issuerOf: (realm: string) => string
  readonly sign: (order?: TokenOrder) => Promise<string>
  /** Gives the key that signs from now on; `rolling` by default. */
  readonly rotate: (how?: Rotation) => Promise<SigningKey>
  /** The key that signs now. */
  readonly signingKey: () => SigningKey
  /** The key set as published now, whatever the faults are. */
  readonly keys: () => readonly JWK[]
  /** Endpoints: `discovery`, `jwks`, `tokens`, `rotate`. */
  readonly faults: FaultSwitches
  readonly counters: () => Counters
  readonly close: () => Promise<void>
}

/** Starts an identity provider on 127.0.0.1. Throws `PortInUse`. */
export async function startIdentityProvider(
  options: IdentityProviderOptions = {},
): Promise<IdentityProvider> {
  const now = options.now ?? Date.now
  const faults = createFaults()
  const keys = await createKeyRing({
    algorithm: options.algorithm ?? 'RS256',
    ahead: options.keysAhead ?? 0,
    behind: options.keysBehind ?? 2,
  })
  const signAt =
    (url: string) =>
    (order: TokenOrder = {}): Promise<string> =>
      signToken(order, keys.signing(), issuerOf(url, order.realm), now())

  const server = await serve({
    port: options.port ?? 0,
    faults,
    routes: (url) => [...publicEndpoints(url, keys), ...orderEndpoints(signAt(url), keys)],
    bodyFor: (_endpoint, status) => ({ error: `status ${status}` }),
  })
  return {
    issuer: server.url,
    url: server.url,
    issuerOf: (realm) => issuerOf(server.url, realm),
    sign: signAt(server.url),
    rotate: (how = 'rolling') => keys.rotate(how),
    signingKey: keys.signing,
    keys: keys.published,
    faults,
    counters: server.counters,
    close: server.close,
  }
}
