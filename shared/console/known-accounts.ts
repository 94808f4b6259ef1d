import type { AuditStore } from '../audit/store/store.ts'

/** Milliseconds for which the list serves. */
const FRESH = 60_000
/** Suggestions of one field. */
const MOST = 1000

/** The accounts that tokens were ever issued for, to choose from; asked of the store once a minute. */
export function knownAccounts(
  store: Pick<AuditStore, 'accessMap'>,
  now: () => number,
): () => Promise<readonly string[]> {
  let held: { readonly at: number; readonly accounts: Promise<readonly string[]> } | undefined

  async function read(): Promise<readonly string[]> {
    const rows = await store.accessMap({})
    return [...new Set(rows.map(({ account }) => account))].sort().slice(0, MOST)
  }

  return async () => {
    if (held === undefined || now() - held.at > FRESH) held = { at: now(), accounts: read() }
    try {
      return await held.accounts
    } catch (error) {
      held = undefined
      throw error
    }
  }
}
