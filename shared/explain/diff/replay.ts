import type { Policy } from '../../domain/policy.ts'
import type { Principal } from '../../domain/principal.ts'
import type { Provider } from '../../domain/provider.ts'
import { grantsOf } from '../../steps/authorize.ts'
import { decide, refused, type Decision } from '../decision.ts'
import { examineClaims } from '../examine-claims.ts'
import { wantedBy } from '../rehearse.ts'
import type { RecordedRequest } from '../records/recorded.ts'
import { restore, type Restored } from '../records/restore.ts'
import { Refusal } from '../../domain/refusal.ts'

/** One recorded request under two policies. */
export type Replay =
  | { readonly outcome: 'same' | 'flips'; readonly from: Decision; readonly to: Decision }
  /** The other policy reads claims that the record need not hold. */
  | { readonly outcome: 'unknown'; readonly missing: readonly string[] }
  /** The token was never verified: no policy was asked. */
  | { readonly outcome: 'unproved' }

/** Decides a recorded request by both policies. */
export function replay(record: RecordedRequest, from: Policy, to: Policy): Replay {
  const before = answer(record, from)
  const after = answer(record, to)
  if (before === undefined || after === undefined) return { outcome: 'unproved' }
  const onRecord = new Set([...before.reads, ...Object.keys(before.restored.caller.claims)])
  const cut = new Set(before.restored.cut)
  const missing = after.reads.filter((name) => !onRecord.has(name) || cut.has(name))
  const outcome = sameAnswer(before.decision, after.decision) ? 'same' : 'flips'
  if (missing.length > 0) return { outcome: 'unknown', missing }
  return { outcome, from: before.decision, to: after.decision }
}

/** Whether a caller would see no difference; which grant it was, and why not, is not seen. */
export function sameAnswer(left: Decision, right: Decision): boolean {
  return answerOf(left) === answerOf(right)
}

function answerOf(decision: Decision): string {
  if ('refused' in decision) return 'refused'
  const { grant: _, ...rest } = decision.granted
  const scopes = rest.kind === 'access_token' ? rest.scopes.toSorted() : []
  return JSON.stringify({ ...rest, scopes })
}

interface Answer {
  readonly decision: Decision
  readonly restored: Restored
  /** Claims that the decision read. */
  readonly reads: readonly string[]
}

function answer(record: RecordedRequest, policy: Policy): Answer | undefined {
  const restored = restore(record, policy)
  if (restored === undefined) return undefined
  const { caller, request } = restored
  const { assertion, refusal } = examineClaims(caller, policy, 0, wantedBy(request))
  if (refusal !== undefined || assertion === undefined)
    return { decision: refused(refusal ?? new Refusal('fault')), restored, reads: [] }
  const { decision, principal } = decide(assertion, request, policy)
  return { decision, restored, reads: readsOf(assertion.provider, principal, policy) }
}

/** The claims that deciding about a caller reads, as audit records keep them. */
function readsOf(
  provider: Provider,
  principal: Principal | undefined,
  policy: Policy,
): readonly string[] {
  const reads = new Set(provider.attributes.reads)
  if (principal === undefined) return [...reads]
  const rules = [...policy.denials, ...grantsOf(principal, policy)]
  for (const { condition } of rules) for (const claim of condition?.reads ?? []) reads.add(claim)
  return [...reads]
}
