import { TYPE_PREFIX } from '../event.ts'

/** A column of the events: its name, its type, and where a record holds it. */
export interface Column {
  readonly name: string
  readonly type: 'text' | 'integer'
  /** Members from the record's top, as the JSON Schema of records names them. */
  readonly path: readonly string[]
  /** What every value begins with, and the column leaves out. */
  readonly strip: string
}

function text(name: string, path: string): Column {
  return { name, type: 'text', path: path.split('.'), strip: '' }
}

function integer(name: string, path: string): Column {
  return { name, type: 'integer', path: path.split('.'), strip: '' }
}

/**
 * What the stores can be asked by: the same names in SQLite, in BigQuery's view and in the queries
 * that run on both. Lists are kept as JSON text.
 */
export const COLUMNS: readonly Column[] = [
  integer('time_ms', 'data.time'),
  { ...text('kind', 'type'), strip: TYPE_PREFIX },
  text('id', 'id'),
  text('request_id', 'data.metadata.correlation_uid'),
  text('reason', 'data.status_code'),
  integer('status', 'data.http_response.code'),
  text('detail', 'data.status_detail'),
  text('issuer', 'data.unmapped.assertion.issuer'),
  text('claimed_issuer', 'data.unmapped.claimed.issuer'),
  text('subject', 'data.unmapped.assertion.subject'),
  text('principal', 'subject'),
  text('provider', 'data.unmapped.assertion.provider'),
  text('audience', 'data.unmapped.assertion.audience'),
  text('jti', 'data.unmapped.assertion.jti'),
  text('kid', 'data.unmapped.assertion.kid'),
  text('grant_id', 'data.unmapped.grant'),
  text('denial', 'data.unmapped.denial'),
  text('policy_digest', 'data.unmapped.policy_digest'),
  text('account', 'data.unmapped.account'),
  text('token_kind', 'data.unmapped.order.kind'),
  text('scopes', 'data.unmapped.order.scopes'),
  text('token_audience', 'data.unmapped.order.audience'),
  integer('lifetime', 'data.unmapped.order.lifetime'),
  integer('expires_ms', 'data.session.expiration_time'),
  text('subject_token', 'data.unmapped.subject_token'),
  text('issued_token', 'data.session.uid'),
  text('address', 'data.src_endpoint.ip'),
  text('user_agent', 'data.http_request.user_agent'),
  integer('duration_ms', 'data.duration'),
  integer('key_age', 'data.unmapped.key.age_seconds'),
  integer('key_stale', 'data.unmapped.key.stale'),
  text('instance', 'data.unmapped.instance'),
  text('revision', 'data.unmapped.revision'),
  text('chain', 'chainid'),
  integer('chain_seq', 'chainseq'),
]
