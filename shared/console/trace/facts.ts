import type { AuthenticationData } from '../../audit/schema/authentication.ts'
import { duration } from '../format.ts'
import type { CheckId } from './checks.ts'

type Facts = AuthenticationData['unmapped']

/** What a record says about one check, in one line; undefined where it says nothing. */
export function factOf(check: CheckId, { unmapped, user }: AuthenticationData): string | undefined {
  const { asked, assertion, key, claimed, denial, order, grant, account } = unmapped
  switch (check) {
    case 'accept':
      return asked && askedFact(asked)
    case 'issuer':
      if (assertion === undefined) return claimed?.issuer
      return `${assertion.issuer} is provider ${assertion.provider}`
    case 'audience':
      return assertion && `aud ${assertion.audience}, ${assertion.alg}`
    case 'key':
      return key && keyFact(unmapped)
    case 'times':
      return assertion && `issued ${instant(assertion.iat)}, expires ${instant(assertion.exp)}`
    case 'claims':
      return assertion && withJti(assertion)
    case 'condition':
      return user.name === 'unknown' ? undefined : user.name
    case 'denials':
      return denial && `denial ${denial}`
    case 'grant':
      return grant === undefined ? undefined : `${grant} leads to ${account ?? '?'}`
    case 'intent':
      return order && orderFact(order, unmapped.access_boundary)
    case 'exchange':
      return callsTo(unmapped, 'sts', 'exchange')
    case 'impersonate':
      return callsTo(unmapped, 'iamCredentials', 'impersonate')
    default:
      return undefined
  }
}

/** What the caller wants, in its own terms; what it left out is the grant's to say. */
function askedFact({ kind, target, audience, scopes, lifetime }: NonNullable<Facts['asked']>) {
  const account = target === undefined ? 'no account named' : `as ${target}`
  if (kind === 'id_token') return `asks for an ID token for ${audience ?? '?'}, ${account}`
  const long = lifetime === undefined ? '' : ` of ${duration(lifetime)}`
  const wide = scopes === undefined ? 'no scope named' : `for ${scopes.join(' ')}`
  return `asks for an access token${long}, ${wide}, ${account}`
}

function keyFact({ key, assertion, claimed }: Facts): string {
  const kid = assertion?.kid ?? claimed?.kid
  const age = key === undefined ? '' : `, fetched ${duration(key.age_seconds)} before`
  const stale = key?.stale === true ? ', stale: the provider was not reachable' : ''
  return `${kid === undefined ? 'the only key' : `key ${kid}`}${age}${stale}`
}

function withJti({ subject, jti }: NonNullable<Facts['assertion']>): string {
  return jti === undefined ? `sub ${subject}` : `sub ${subject}, jti ${jti}`
}

function orderFact(order: NonNullable<Facts['order']>, rules: Facts['access_boundary']): string {
  if (order.kind === 'id_token') return `ID token for ${order.audience ?? '?'}`
  const scopes = order.scopes?.join(' ') ?? ''
  const bound = order.access_boundary === true ? `, bound by ${boundary(rules)}` : ''
  return `access token of ${duration(order.lifetime ?? 0)} for ${scopes}${bound}`
}

/** A record may tell of the rules only that there were some, or their digest. */
function boundary(rules: Facts['access_boundary']): string {
  if (rules === undefined || rules.some((rule) => rule.startsWith('…'))) return 'an access boundary'
  return `an access boundary of ${rules.length === 1 ? '1 rule' : `${rules.length} rules`}`
}

function callsTo({ attempts = [], stages = [] }: Facts, upstream: string, stage: string) {
  const calls = attempts.find((one) => one.upstream === upstream)?.calls
  const ms = stages.find((one) => one.stage === stage)?.ms
  if (calls === undefined) return undefined
  const times = calls === 1 ? '1 call' : `${calls} calls`
  return ms === undefined ? times : `${times}, ${Math.round(ms)} ms`
}

function instant(seconds: number): string {
  return new Date(seconds * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}
