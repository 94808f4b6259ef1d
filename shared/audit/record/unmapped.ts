import type { AccessTokenOrder, IdTokenOrder } from '../../domain/issued.ts'
import type { Policy } from '../../domain/policy.ts'
import type { TokenRequest } from '../../domain/token-request.ts'
import type { Trail } from '../../domain/trail.ts'
import type { AuthenticationData } from '../schema/authentication.ts'
import { describeCause } from './cause.ts'
import { claimsRead } from './claims.ts'
import type { Clip } from './clip.ts'
import type { Decision } from './decision.ts'
import type { RecordContext } from './origin.ts'

type Unmapped = AuthenticationData['unmapped']

/** What OCSF has no attribute for, in our own words; members in canonical order. */
export function unmapped(
  trail: Trail,
  decision: Decision,
  context: RecordContext,
  clip: Clip,
): Unmapped {
  const { authorization, request, key } = trail
  const grant = authorization?.grant
  const cause = decision.kind === 'refused' ? describeCause(decision.refusal.cause) : undefined
  return {
    access_boundary: request && boundaryRules(request, clip),
    account: clip.optional(grant?.serviceAccount),
    asked: request && asked(request, clip),
    assertion: assertionFacts(trail, context, clip),
    attempts: pairs(trail.attempts, clip)?.map(([upstream, calls]) => ({ calls, upstream })),
    cause: clip.optional(cause),
    claimed: claimedFacts(trail, clip),
    decision: decision.kind,
    delegates: grant && clip.list(grant.delegates),
    denial: trail.denial,
    fingerprint_key: context.key.id,
    grant: grant?.id,
    instance: context.origin.instance,
    key: key && { age_seconds: Math.round(key.ageSeconds), stale: key.stale },
    order: authorization && order(authorization.order, clip),
    policy_digest: trail.policyDigest,
    revision: context.origin.revision,
    shadow_grants: trail.shadowGrants && clip.list(trail.shadowGrants),
    stages: pairs(trail.stages, clip)?.map(([stage, ms]) => ({ ms, stage })),
    subject_token: request && context.key.ofSubjectToken(request.subjectToken),
    trace: trail.caller.traceId,
  }
}

function assertionFacts(trail: Trail, context: RecordContext, clip: Clip) {
  const { assertion } = trail
  if (assertion === undefined) return undefined
  return {
    alg: assertion.algorithm,
    audience: clip.text(assertion.audience),
    claims: claimsRead(assertion, trail, policyIn(context), clip),
    exp: assertion.expiresAt,
    iat: assertion.issuedAt,
    issuer: clip.text(assertion.issuer),
    jti: clip.optional(assertion.jti),
    kid: clip.optional(assertion.kid),
    provider: assertion.provider.id,
    subject: clip.text(assertion.subject),
  }
}

/** A policy past its maximum age refuses requests; it must not refuse their records as well. */
function policyIn({ policy }: RecordContext): Policy | undefined {
  try {
    return policy()
  } catch {
    return undefined
  }
}

function claimedFacts({ assertion, claimed }: Trail, clip: Clip) {
  if (assertion !== undefined || claimed === undefined) return undefined
  return {
    alg: clip.optional(claimed.alg),
    issuer: clip.optional(claimed.issuer),
    kid: clip.optional(claimed.kid),
  }
}

function order(wanted: AccessTokenOrder | IdTokenOrder, clip: Clip) {
  if (wanted.kind === 'id_token') {
    const { includeEmail } = wanted
    return {
      audience: clip.text(wanted.audience),
      include_email: includeEmail,
      kind: wanted.kind,
    }
  }
  return {
    access_boundary: wanted.accessBoundary === undefined ? undefined : true,
    kind: wanted.kind,
    lifetime: wanted.lifetime,
    scopes: clip.list(wanted.scopes),
  }
}

/** How much longer than other values a rule may be: Google takes 2,048 characters. */
const RULE_TIMES = 4

/** The rules that a caller wants its token bound by, each as JSON text, or one digest of them all. */
function boundaryRules({ wish }: TokenRequest, clip: Clip): string[] | undefined {
  if (wish.kind === 'id_token' || wish.accessBoundary === undefined) return undefined
  const rules = wish.accessBoundary.accessBoundaryRules.map((rule) => JSON.stringify(rule))
  if (!clip.limits.rules && rules.length > 0) return [clip.digest(rules)]
  return clip.list(rules, RULE_TIMES)
}

function asked({ target, wish }: TokenRequest, clip: Clip): Unmapped['asked'] {
  const access = wish.kind === 'access_token' ? wish : undefined
  return {
    access_boundary: access?.accessBoundary === undefined ? undefined : true,
    audience: wish.kind === 'id_token' ? clip.text(wish.audience) : undefined,
    kind: wish.kind,
    lifetime: access?.lifetime,
    scopes: access?.scopes && clip.list(access.scopes),
    target: clip.optional(nameOf(target)),
    target_kind: target.kind,
  }
}

function nameOf(target: TokenRequest['target']): string | undefined {
  switch (target.kind) {
    case 'email':
      return target.email
    case 'grant':
      return target.id
    case 'provider':
      return target.resourceName
    case 'any':
      return undefined
  }
}

/** Names and numbers, to a thousandth; undefined for none. */
function pairs(
  measured: Readonly<Record<string, number>>,
  clip: Clip,
): [string, number][] | undefined {
  const entries = Object.entries(measured).slice(0, clip.limits.list)
  if (entries.length === 0) return undefined
  return entries.map(([name, value]) => [clip.text(name), Math.round(value * 1000) / 1000])
}
