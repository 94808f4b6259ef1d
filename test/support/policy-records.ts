import { composeDecision } from '../../shared/audit/record/compose.ts'
import type { Claims } from '../../shared/domain/claims.ts'
import type { Policy } from '../../shared/domain/policy.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
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

/**
 * The audit record of a request with a genuine token that carries these claims, decided by `policy`
 * and composed by the recorder's own code: `refused`, or `intent` where it was granted.
 */
export function recordOf(policy: Policy, { provider, claims, request = {} }: RecordedCall): string {
  const caller = { claims, provider: providerById(policy, provider) }
  const { assertion } = examineClaims(caller, policy, NOW)
  if (assertion === undefined) throw new Error(`there is no provider ${provider}`)
  const trail = aTrail({
    requestId: uuidv7(NOW * 1000),
    request: rehearsedRequest(request),
    assertion,
    policyDigest: policy.digest,
  })
  const context = recorderOptions({ policy: () => policy })
  try {
    const { request: made = rehearsedRequest({}) } = trail
    authorize(map(assertion, trail), made, policy, trail)
    return composeDecision(trail, { kind: 'intent' }, context).text
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal
    const { status } = refusal
    return composeDecision(trail, { kind: 'refused', status, refusal }, context).text
  }
}
