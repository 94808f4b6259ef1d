import type { Link } from '../chain.ts'

/** How strict a verification is, and what it can hold against. */
export interface VerifyOptions {
  /** Ed25519 public key, base64url of 32 bytes: each checkpoint must carry its signature. */
  readonly publicKey?: string | undefined
  /** Heads that an earlier verification reported: the log must still hold them. */
  readonly heads?: readonly Link[] | undefined
  /** Writers may still run: chains may be open, and the newest intents without an outcome. */
  readonly live?: boolean | undefined
  /** The input begins in mid-chain: what is before its first records is not held against it. */
  readonly partial?: boolean | undefined
  /** Milliseconds since the epoch; for what `live` takes for recent. */
  readonly now?: number | undefined
  /** Of a store: compare every column that it answers from with its record. Slower. */
  readonly columns?: boolean | undefined
}
