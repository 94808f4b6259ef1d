import { Secret } from '../../domain/secret.ts'
import type { AuditKey } from '../key.ts'
import { newestRecords } from './newest-records.ts'
import type { AuditStore, StoredEvent } from './store.ts'

/** What is known about a token. */
export interface FoundToken {
  /** Events that the bureau issued this very token in. */
  readonly issued: readonly StoredEvent[]
  /** Events of requests that came with it. */
  readonly presented: readonly StoredEvent[]
  /**
   * Where nothing was found: the id of the key that the newest record was made with, if that is another
   * one. Then nothing can be said of the token.
   */
  readonly otherKey: string | undefined
}

/** Looks a token up by its fingerprints, as it was pasted; it is neither kept nor written anywhere. */
export async function findToken(
  pasted: Secret<string>,
  store: Pick<AuditStore, 'findByFingerprint' | 'events' | 'export'>,
  key: Pick<AuditKey, 'id' | 'ofIssuedToken' | 'ofSubjectToken'>,
): Promise<FoundToken> {
  const token = new Secret('pasted token', bare(pasted.reveal()))
  const asIssued = key.ofIssuedToken(token)
  const events = await store.findByFingerprint(key.ofSubjectToken(token), asIssued)
  const issued = events.filter((event) => event.issuedToken === asIssued)
  const presented = events.filter((event) => !issued.includes(event))
  const otherKey = events.length > 0 ? undefined : await otherKeyThan(key.id, store)
  return { issued, presented, otherKey }
}

/** The token alone, of an `Authorization` header, of quotation marks, of lines that a terminal broke. */
function bare(pasted: string): string {
  const inHeader = /\bBearer\s+([^\s"'`]+)/i.exec(pasted)?.[1]
  return inHeader ?? pasted.replaceAll(/\s+/g, '').replaceAll(/^["'`]+|["'`,;]+$/g, '')
}

async function otherKeyThan(
  id: string,
  store: Pick<AuditStore, 'events' | 'export'>,
): Promise<string | undefined> {
  for await (const { record } of newestRecords(store, { kinds: ['issued', 'refused'] }, 1)) {
    const [, newest] = /"fingerprint_key":"([0-9a-f]{8})"/.exec(record) ?? []
    if (newest !== id) return newest
  }
  return undefined
}
