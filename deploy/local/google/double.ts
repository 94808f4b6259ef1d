import type { GoogleWorld } from './world.ts'
import type { Ledger } from './ledger.ts'
import type { TokenVault } from './minted.ts'
import type { GoogleSigner } from './signer.ts'
import type { ProviderKeys } from './sts/provider-keys.ts'

/** What every endpoint of the double works with. */
export interface GoogleDouble {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The configuration in force; it may be replaced between requests. */
  readonly world: () => GoogleWorld
  readonly vault: TokenVault
  readonly ledger: Ledger
  readonly signer: GoogleSigner
  readonly providerKeys: ProviderKeys
}
