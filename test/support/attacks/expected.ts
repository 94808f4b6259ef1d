import type { Reason } from '../../../shared/domain/refusal.ts'

/** What the wire contract says of each group of reasons: status and OAuth error. */
const CONTRACT: readonly (readonly [status: number, error: string, reasons: string])[] = [
  [400, 'invalid_request', 'request aborted'],
  [400, 'unsupported_grant_type', 'grant_type'],
  [405, 'invalid_request', 'method'],
  [408, 'invalid_request', 'timeout'],
  [413, 'invalid_request', 'size'],
  [415, 'invalid_request', 'media_type encoding'],
  [431, 'invalid_request', 'header_size'],
  [
    400,
    'invalid_grant',
    'format header header_key crit alg kid kid_ambiguous key_rejected signature json_duplicate ' +
      'claims claims_depth claims_size issuer audience time replay',
  ],
  [400, 'unauthorized_client', 'mapping condition condition_error denied upstream_denied'],
  [400, 'invalid_target', 'no_grant ambiguous_grant'],
  [400, 'invalid_scope', 'scope'],
  [429, 'slow_down', 'rate_limited'],
  [
    503,
    'temporarily_unavailable',
    'provider_unavailable upstream upstream_bad quota audit_unavailable state_unavailable ' +
      'policy_stale overloaded shutting_down',
  ],
]

/** The status and the error that the caller must see for a reason of the record. */
export function expectedFor(reason: Reason): { readonly status: number; readonly error: string } {
  const row = CONTRACT.find(([, , reasons]) => reasons.split(' ').includes(reason))
  if (row === undefined) throw new Error(`the contract has no ${reason}`)
  return { status: row[0], error: row[1] }
}
