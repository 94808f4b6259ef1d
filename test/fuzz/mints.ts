import type { LedgerEntry } from '../../deploy/local/google/ledger.ts'
import type { Mint } from '../oracle/verdict.ts'

/** What Google minted, by the request that asked for it. */
export interface Mints {
  /** The account tokens of a request, in one form with {@link shown}. */
  readonly of: (requestId: string) => readonly string[]
  /** How many account tokens there are. */
  readonly count: () => number
}

/** Reads a ledger as it grows. */
export function readMints(ledger: (after: number) => readonly LedgerEntry[]): Mints {
  const byRequest = new Map<string, readonly string[]>()
  let seen = 0
  let count = 0
  return {
    of(requestId) {
      for (const entry of ledger(seen)) {
        seen += 1
        const mint = mintOf(entry)
        if (mint === undefined) continue
        count += 1
        const reason = entry.requestReason ?? ''
        byRequest.set(reason, [...(byRequest.get(reason) ?? []), shown(mint)])
      }
      return byRequest.get(`bureau:${requestId}`) ?? []
    },
    count: () => count,
  }
}

/** One line for what is minted; the order of scopes means nothing. */
export function shown(mint: Mint): string {
  return mint.kind === 'id_token'
    ? `${mint.kind} of ${mint.account} for ${mint.audience}`
    : `${mint.kind} of ${mint.account} for ${mint.lifetime} s: ${mint.scopes.toSorted().join(' ')}`
}

/** The runtime's own tokens come without a request and are none of an account that was asked for. */
function mintOf(entry: LedgerEntry): Mint | undefined {
  const { kind, account = '', audience = '', scopes = [], lifetime, requestReason } = entry
  if (requestReason === undefined) return undefined
  if (kind === 'id_token') return { kind, account, audience }
  return kind === 'access_token' ? { kind, account, scopes, lifetime } : undefined
}
