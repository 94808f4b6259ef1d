import type { AuthenticationData } from '../../audit/schema/authentication.ts'
import type { CheckId } from './checks.ts'

/** Reasons that belong to one check, whatever else the record holds. */
const BY_REASON: Readonly<Record<string, CheckId>> = {
  grant_type: 'accept',
  method: 'accept',
  timeout: 'accept',
  size: 'accept',
  media_type: 'accept',
  encoding: 'accept',
  header_size: 'accept',
  overloaded: 'accept',
  header: 'form',
  header_key: 'form',
  crit: 'form',
  json_duplicate: 'form',
  claims_depth: 'form',
  claims_size: 'form',
  issuer: 'issuer',
  audience: 'audience',
  kid: 'key',
  kid_ambiguous: 'key',
  key_rejected: 'key',
  provider_unavailable: 'key',
  signature: 'signature',
  time: 'times',
  mapping: 'condition',
  condition: 'condition',
  condition_error: 'condition',
  denied: 'denials',
  no_grant: 'grant',
  ambiguous_grant: 'grant',
  scope: 'grant',
  policy_stale: 'accept',
}

/**
 * Which check a refused request failed. Where one reason serves several checks, what the record
 * holds tells them apart: each step writes what it learnt before it goes on.
 */
export function failedCheck(data: AuthenticationData): CheckId {
  const { unmapped, status_code: reason = 'fault' } = data
  const known = BY_REASON[reason]
  if (known !== undefined) return known
  const { assertion, key, order, claimed } = unmapped
  switch (reason) {
    case 'request':
    case 'rate_limited':
      if (assertion === undefined) return 'accept'
      return reason === 'request' ? 'grant' : 'limit'
    case 'alg':
      return claimed?.issuer === undefined ? 'form' : 'audience'
    case 'format':
    case 'claims':
      return key === undefined ? 'form' : 'claims'
    case 'replay':
      return order === undefined ? 'claims' : 'once'
    case 'state_unavailable':
      if (order !== undefined) return 'once'
      return assertion === undefined ? 'accept' : 'limit'
    default:
      return furthestCheck(data)
  }
}

/** The check under way when something unforeseen ended the request, as far as the record tells. */
export function furthestCheck({ unmapped, user }: AuthenticationData): CheckId {
  const { asked, assertion, attempts = [], key, order } = unmapped
  const called = new Set(attempts.map(({ upstream }) => upstream))
  if (called.has('iamCredentials')) return 'impersonate'
  if (called.has('sts')) return 'exchange'
  if (order !== undefined) return 'intent'
  if (assertion !== undefined) return user.name === 'unknown' ? 'condition' : 'grant'
  if (key !== undefined) return 'signature'
  return asked === undefined ? 'accept' : 'form'
}
