import { composeDecision } from '../../shared/audit/record/compose.ts'
import type { Claims } from '../../shared/domain/claims.ts'
import type { Policy } from '../../shared/domain/policy.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import type { Trail } from '../../shared/domain/trail.ts'
import { uuidv7 } from '../../shared/domain/uuid.ts'
import { examineClaims, providerById } from '../../shared/explain/examine-claims.ts'
import { rehearsedRequest, type WrittenRequest } from '../../shared/http/rehearsed-request.ts'
import { authorize } from '../../shared/steps/authorize.ts'
import { map } from '../../shared/steps/map.ts'
import { recorderOptions } from './audit.ts'
import { aTrail } from './policy.ts'

const NOW = 1_750_000_000

/** Who asks, with which claims, for what. */
export interface RecordedCall {
  readonly provider: string
  readonly claims: Claims
  readonly request?: WrittenRequest
}

/** A request, decided: what the trail holds after it, and the refusal if it was one. */
export interface DecidedCall {
  readonly trail: Trail
  readonly refusal: Refusal | undefined
}

/** Decides a request with a genuine token that carries these claims, up to Google. */
export function decidedCall(
  policy: Policy,
  { provider, claims, request = {} }: RecordedCall,
): DecidedCall {
  const caller = { claims, provider: providerById(policy, provider) }
  const { assertion } = examineClaims(caller, policy, NOW)
  if (assertion === undefined) throw new Error(`there is no provider ${provider}`)
  const made = rehearsedRequest(request)
  const trail = aTrail({
    requestId: uuidv7(NOW * 1000),
    request: made,
    assertion,
    policyDigest: policy.digest,
  })
  try {
    authorize(map(assertion, trail), made, policy, trail)
    return { trail, refusal: undefined }
  } catch (refusal) {
    if (refusal instanceof Refusal) return { trail, refusal }
    throw refusal
  }
}

/**
 * The audit record of such a request, composed by the recorder's own code: `refused`, or `intent`
 * where it was granted.
 */
export function recordOf(policy: Policy, call: RecordedCall): string {
  const { trail, refusal } = decidedCall(policy, call)
  const context = recorderOptions({ policy: () => policy })
  if (refusal === undefined) return composeDecision(trail, { kind: 'intent' }, context).text
  const { status } = refusal
  return composeDecision(trail, { kind: 'refused', status, refusal }, context).text
}
