import type { IncomingHttpHeaders } from 'node:http'
import { fingerprint } from './minted.ts'

/** One token that the double minted. */
export interface LedgerEntry {
  /** From 1, without gaps. */
  readonly sequence: number
  /** RFC 3339, with milliseconds. */
  readonly at: string
  readonly kind: 'federated' | 'downscoped' | 'access_token' | 'id_token'
  /** By which door: Google's name of the method, or the metadata server. */
  readonly method: string
  /** SHA-256 of the token, hexadecimal. */
  readonly fingerprint: string
  /** SHA-256 of the subject token, or of the token that was narrowed. */
  readonly subjectFingerprint?: string
  readonly account?: string
  /** `principal://...` or `serviceAccount:...`: on whose word it was minted. */
  readonly principalSubject?: string
  readonly scopes?: readonly string[]
  /** Of an ID token; of a federated token, the provider. */
  readonly audience?: string
  /** Seconds. */
  readonly lifetime: number
  /** The `X-Goog-Request-Reason` header. */
  readonly requestReason: string | undefined
  readonly userAgent: string | undefined
}

/** What a mint knows; the ledger adds the rest. */
export type Minting = Omit<
  LedgerEntry,
  'sequence' | 'at' | 'fingerprint' | 'requestReason' | 'userAgent'
>

/** The record of everything minted. */
export interface Ledger {
  readonly write: (token: string, minting: Minting, headers: IncomingHttpHeaders) => void
  /** Entries after this sequence number. */
  readonly entries: (after?: number) => readonly LedgerEntry[]
}

/** An empty ledger. */
export function createLedger(now: () => number): Ledger {
  const entries: LedgerEntry[] = []
  return {
    write(token, minting, headers) {
      const reason = headers['x-goog-request-reason']
      entries.push({
        sequence: entries.length + 1,
        at: new Date(now()).toISOString(),
        ...minting,
        fingerprint: fingerprint(token),
        requestReason: Array.isArray(reason) ? reason.join(', ') : reason,
        userAgent: headers['user-agent'],
      })
    },
    entries: (after = 0) => entries.slice(after),
  }
}
