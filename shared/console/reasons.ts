import type { Reason } from '../domain/refusal.ts'

/** What each reason of a refusal means, for a reader who has to act on it. */
const MEANINGS = {
  request: 'The request is malformed or asks for something that is not supported.',
  grant_type: 'The grant_type is not that of a token exchange.',
  method: 'The path does not answer to this method.',
  timeout: 'The request was not complete in time.',
  size: 'The body is larger than 64 KiB.',
  media_type: 'The body is neither a form nor JSON.',
  encoding: 'The body is compressed.',
  header_size: 'The headers are too large.',

  format: 'The subject token is no compact JWT in its one spelling.',
  header: 'The token’s header holds what it must not hold.',
  header_key: 'The token brings its own key, or says where to fetch one.',
  crit: 'The token demands an extension.',
  alg: 'The signature algorithm is not taken.',
  kid: 'The provider has no such key, or the token does not say which one.',
  kid_ambiguous: 'The provider has two keys of that name.',
  key_rejected: 'The provider’s key is too weak or not for signatures.',
  signature: 'The signature does not hold.',
  json_duplicate: 'The token says the same thing twice.',
  claims: 'A claim is missing or of the wrong form.',
  claims_depth: 'The claims are nested too deeply.',
  claims_size: 'There are too many claims.',
  issuer: 'No provider of the policy has this issuer.',
  audience: 'The token was made for somebody else.',
  time: 'The token is expired, too old, or not valid yet.',
  replay: 'The token counts once and was used before.',

  mapping: 'The claims do not map to a principal.',
  condition: 'The provider’s attribute condition is false.',
  condition_error: 'The provider’s attribute condition could not be evaluated.',
  denied: 'A denial of the policy wins over every grant.',
  upstream_denied: 'Google refused: its pool, provider or IAM binding says no.',

  no_grant: 'No grant covers the request.',
  ambiguous_grant: 'Several accounts could be meant and the request names none.',
  scope: 'A scope is outside the grant.',

  unauthenticated: 'No operator’s ID token came with the request.',
  not_operator: 'The e-mail is not among the operators.',

  rate_limited: 'Too many requests of one address or principal.',

  provider_unavailable: 'The identity provider’s keys could not be fetched.',
  upstream: 'Google did not answer.',
  upstream_bad: 'Google’s answer could not be used.',
  quota: 'Google’s quota is used up.',
  audit_unavailable: 'The audit could not be written, so no token left.',
  state_unavailable: 'The shared state could not be reached.',
  policy_stale: 'The policy has not been readable for too long.',
  overloaded: 'The service turned the request away to serve those it had taken.',
  shutting_down: 'The instance was about to end.',

  aborted: 'The caller hung up before the answer.',
  fault: 'A fault of this service.',
} as const satisfies Record<Reason, string>

/** Every reason that records may hold, in the order of the checks. */
export const REASONS = Object.keys(MEANINGS) as readonly Reason[]

/** One sentence about a reason; a neutral one for reasons of other versions. */
export function meaningOf(reason: string): string {
  return Object.hasOwn(MEANINGS, reason)
    ? MEANINGS[reason as Reason]
    : 'This version does not know the reason.'
}
