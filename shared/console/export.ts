import type { AuditStore, EventFilter, StoredEvent } from '../audit/store/store.ts'
import { csvLine } from './csv.ts'

/** Characters that go out in one piece. */
const PIECE = 32_768

const COLUMNS: readonly (readonly [
  name: string,
  value: (event: StoredEvent) => string | number | undefined,
])[] = [
  ['time', ({ time }) => new Date(time).toISOString()],
  ['kind', ({ kind }) => kind],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => reason],
  ['detail', ({ detail }) => detail],
  ['account', ({ account }) => account],
  ['issuer', ({ issuer }) => issuer],
  ['claimed_issuer', ({ claimedIssuer }) => claimedIssuer],
  ['subject', ({ subject }) => subject],
  ['principal', ({ principal }) => principal],
  ['provider', ({ provider }) => provider],
  ['grant', ({ grant }) => grant],
  ['denial', ({ denial }) => denial],
  ['token', ({ tokenKind }) => tokenKind],
  ['scopes', ({ scopes }) => (scopes.length === 0 ? undefined : scopes.join(' '))],
  ['token_audience', ({ tokenAudience }) => tokenAudience],
  ['lifetime_s', ({ lifetime }) => lifetime],
  [
    'expires',
    ({ expires }) => (expires === undefined ? undefined : new Date(expires).toISOString()),
  ],
  ['jti', ({ jti }) => jti],
  ['kid', ({ kid }) => kid],
  ['address', ({ address }) => address],
  ['user_agent', ({ userAgent }) => userAgent],
  ['duration_ms', ({ duration }) => duration],
  ['policy_digest', ({ policyDigest }) => policyDigest],
  ['subject_token', ({ subjectToken }) => subjectToken],
  ['issued_token', ({ issuedToken }) => issuedToken],
  ['request_id', ({ requestId }) => requestId],
  ['id', ({ id }) => id],
  ['instance', ({ instance }) => instance],
  ['chain', ({ chain }) => chain],
  ['chain_seq', ({ chainSeq }) => chainSeq],
]

/** The events of a filter as a CSV file with a head, oldest first, piece by piece. */
export function csvOf(store: AuditStore, filter: EventFilter): AsyncIterable<string> {
  return pieces(store, filter, csvLine(COLUMNS.map(([name]) => name)), ({ event }) =>
    csvLine(COLUMNS.map(([, value]) => value(event))),
  )
}

/** The records of a filter as they were written, one a line, oldest first, piece by piece. */
export function jsonlOf(store: AuditStore, filter: EventFilter): AsyncIterable<string> {
  return pieces(store, filter, '', ({ record }) => `${record}\n`)
}

async function* pieces(
  store: AuditStore,
  filter: EventFilter,
  head: string,
  line: (found: { readonly event: StoredEvent; readonly record: string }) => string,
): AsyncGenerator<string> {
  let piece = head
  for await (const found of store.export(filter)) {
    piece += line(found)
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
