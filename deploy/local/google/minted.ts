import { createHash, randomBytes } from 'node:crypto'

/** Who holds a token: a federated principal, or a service account. */
export type Holder =
  | { readonly kind: 'federated'; readonly principals: readonly string[] }
  | { readonly kind: 'account'; readonly email: string; readonly uniqueId: string }

/** One rule of a credential access boundary, as far as the double's storage minds it. */
export interface BoundaryRule {
  readonly availableResource: string
  readonly availablePermissions: readonly string[]
  readonly condition: string | undefined
}

/** What an opaque token stands for. */
export interface OpaqueToken {
  readonly holder: Holder
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly boundary?: readonly BoundaryRule[]
}

/** The opaque tokens that are alive. */
export interface TokenVault {
  /** A new token for this; `prefix` as Google's look, `ya29.c.` or `ya29.d.`. */
  readonly mint: (prefix: string, token: OpaqueToken) => string
  /** What a token stands for; undefined where it is unknown or expired. */
  readonly find: (token: string) => OpaqueToken | undefined
}

/** How many tokens are kept before the expired ones are swept out. */
const SWEEP_EVERY = 10_000

/** An empty vault. */
export function createVault(now: () => number): TokenVault {
  const tokens = new Map<string, OpaqueToken>()
  let minted = 0
  return {
    mint(prefix, token) {
      const text = `${prefix}${randomBytes(96).toString('base64url')}`
      tokens.set(text, token)
      minted += 1
      if (minted % SWEEP_EVERY === 0) {
        for (const [key, { expiresAt }] of tokens) if (expiresAt <= now()) tokens.delete(key)
      }
      return text
    },
    find(text) {
      const token = tokens.get(text)
      return token === undefined || token.expiresAt <= now() ? undefined : token
    },
  }
}

/** How the ledger names a token: SHA-256 in hexadecimal. */
export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
