import type { Trail } from '../../domain/trail.ts'
import type { AuthenticationData } from '../schema/authentication.ts'
import type { Clip } from './clip.ts'
import type { Decision } from './decision.ts'
import type { RecordContext } from './origin.ts'
import { metadataOf } from './envelope.ts'
import { unmapped } from './unmapped.ts'

/**
 * The trail as OCSF 1.6 class 3002. Members stand in the order of their names, which is the
 * canonical order that the chain hashes.
 */
export function authenticationData(
  trail: Trail,
  decision: Decision,
  context: RecordContext,
  clip: Clip,
  at: number,
): AuthenticationData {
  const { caller, principal, assertion } = trail
  const provider = assertion?.provider.id
  const own = unmapped(trail, decision, context, clip)
  const issuer = assertion?.issuer ?? trail.claimed?.issuer
  const message = clip.text(messageOf(trail, decision))
  const user = {
    domain: issuer === undefined ? undefined : clip.text(issuer),
    name: clip.text(principal?.name ?? 'unknown'),
    type_id: 4,
    uid: assertion === undefined ? undefined : clip.text(assertion.subject),
  } as const
  const request = {
    http_method: clip.text(caller.method),
    url: { path: clip.text(caller.path) },
    user_agent: clip.text(caller.userAgent),
  }
  const ip = clip.text(caller.address)
  const outcome = outcomeOf(decision, clip)
  return {
    activity_id: 1,
    activity_name: 'Logon',
    actor: provider === undefined ? undefined : { idp: { name: provider } },
    auth_protocol: 'OAUTH 2.0',
    auth_protocol_id: 6,
    category_uid: 3,
    class_uid: 3002,
    duration: Math.max(0, Math.round(at - trail.receivedAt)),
    http_request: request,
    http_response: decision.kind === 'intent' ? undefined : { code: decision.status },
    is_remote: true,
    logon_type_id: 3,
    message,
    metadata: metadataOf(context.origin, trail.requestId, clip.clipped()),
    service: { name: 'token-bureau' },
    session: sessionOf(trail, decision, context),
    severity_id: severityOf(decision),
    src_endpoint: { ip },
    ...outcome,
    time: at,
    type_uid: 300201,
    unmapped: own,
    user,
  }
}

function messageOf(trail: Trail, decision: Decision): string {
  const who = trail.assertion?.subject ?? trail.claimed?.issuer ?? 'an unknown caller'
  const account = trail.authorization?.grant.serviceAccount
  const what = trail.authorization?.order.kind ?? trail.request?.wish.kind ?? 'token'
  switch (decision.kind) {
    case 'intent':
      return `intent: ${what} of ${account} for ${who}`
    case 'issued':
      return `issued: ${what} of ${account} for ${who}`
    case 'refused':
      return `refused: ${decision.refusal.message} (${who})`
  }
}

function severityOf(decision: Decision): 1 | 3 | 4 {
  if (decision.kind !== 'refused') return 1
  return decision.status >= 500 ? 4 : 3
}

function sessionOf(trail: Trail, decision: Decision, { key }: RecordContext) {
  if (decision.kind !== 'issued' || trail.issued === undefined) return undefined
  return {
    expiration_time: trail.issued.expiresAt * 1000,
    issuer: 'https://iamcredentials.googleapis.com',
    uid: key.ofIssuedToken(trail.issued.token),
  }
}

function outcomeOf(decision: Decision, clip: Clip) {
  if (decision.kind === 'intent') return { status: 'Intent', status_id: 99 } as const
  if (decision.kind === 'issued') return { status: 'Success', status_id: 1 } as const
  const { refusal } = decision
  return {
    status: 'Failure',
    status_code: refusal.reason,
    status_detail: refusal.detail === undefined ? undefined : clip.text(refusal.detail),
    status_id: 2,
  } as const
}
