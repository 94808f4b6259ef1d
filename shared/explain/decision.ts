import type { Authorization } from '../domain/issued.ts'
import type { Policy } from '../domain/policy.ts'
import type { Assertion } from '../domain/assertion.ts'
import type { Principal } from '../domain/principal.ts'
import { Refusal, type OAuthError, type Reason } from '../domain/refusal.ts'
import type { TokenRequest } from '../domain/token-request.ts'
import type { Trail } from '../domain/trail.ts'
import { authorize } from '../steps/authorize.ts'
import { map } from '../steps/map.ts'

/** What Google would be asked to mint. */
export type Minted =
  | {
      readonly kind: 'access_token'
      readonly scopes: readonly string[]
      /** Seconds. */
      readonly lifetime: number
    }
  | { readonly kind: 'id_token'; readonly audience: string; readonly includeEmail: boolean }

/** The answer to a request, as far as the policy decides it. */
export type Decision =
  | {
      readonly granted: Minted & { readonly grant: string; readonly serviceAccount: string }
      /** Grants of `mode: audit` that would have covered the request. */
      readonly shadow: readonly string[]
    }
  | {
      readonly refused: {
        readonly reason: Reason
        readonly status: number
        readonly error: OAuthError
        readonly detail?: string
      }
      readonly shadow: readonly string[]
    }

/** A decision with what the runtime learnt on its way to it. */
export interface Decided {
  readonly decision: Decision
  /** Undefined where the mapping or the provider's condition refused. */
  readonly principal: Principal | undefined
}

/**
 * Decides a request of a verified caller by the runtime's own steps: mapping, denials, grants.
 * Nothing is minted and nothing is recorded.
 */
export function decide(assertion: Assertion, request: TokenRequest, policy: Policy): Decided {
  const trail = silentTrail()
  const decision = decisionBy(trail, () => authorize(map(assertion, trail), request, policy, trail))
  return { decision, principal: trail.principal }
}

/** A "no" as a decision. */
export function refused(refusal: Refusal, shadow: readonly string[] = []): Decision {
  const { reason, status, error, detail } = refusal
  return { refused: { reason, status, error, ...(detail === undefined ? {} : { detail }) }, shadow }
}

/** What an order comes to, in JSON's terms. */
export function mintedBy(order: Authorization['order']): Minted {
  if (order.kind === 'id_token') return order
  const { kind, scopes, lifetime } = order
  return { kind, scopes, lifetime }
}

function decisionBy(trail: Trail, run: () => Authorization): Decision {
  try {
    const { grant, order } = run()
    const { id, serviceAccount } = grant
    const granted = { grant: id, serviceAccount, ...mintedBy(order) }
    return { granted, shadow: trail.shadowGrants ?? [] }
  } catch (error) {
    if (error instanceof Refusal) return refused(error, trail.shadowGrants)
    throw error
  }
}

/** The steps write down what they learn; here nobody reads it but the explanation. */
function silentTrail(): Trail {
  const caller = {
    address: '',
    userAgent: '',
    method: '',
    path: '',
    traceId: undefined,
    spanId: undefined,
    gone: new AbortController().signal,
  }
  return { requestId: '', receivedAt: 0, caller, stages: {}, attempts: {} }
}
