import type { Grant } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import type { Principal } from '../domain/principal.ts'
import type { TokenRequest } from '../domain/token-request.ts'
import { explainCondition, type ExplainedCondition } from '../policy/explained.ts'
import { grantsOf } from '../steps/authorize.ts'
import { judge, type Cover, type Miss } from '../steps/judge.ts'
import { mintedBy, type Decision, type Minted } from './decision.ts'
import { describeMembers, nearness } from './members.ts'

/** One grant against one request, looked at by itself: denials and other grants aside. */
export interface ExplainedGrant {
  readonly id: string
  readonly mode: Grant['mode']
  readonly serviceAccount: string
  /** `UNKNOWN`: its condition could not be evaluated, which grants nothing. */
  readonly verdict: 'GRANTED' | 'NOT_GRANTED' | 'UNKNOWN'
  /** Whether the decision rests on it. */
  readonly chosen: boolean
  /** The first thing that failed. */
  readonly failed?: { readonly check: Miss['check'] | 'member' | 'mode'; readonly detail: string }
  readonly condition?: ExplainedCondition
  /** What it gives, or would give if its mode were `enforce`. */
  readonly mints?: Minted
}

/** The grants of a policy, the chosen one first, then what covers, then the nearest misses. */
export interface ExplainedGrants {
  readonly grants: readonly ExplainedGrant[]
  /** How many more grants there are, all of them for other callers. */
  readonly others: number
}

/** Grants for other callers that are shown, at most: those that come nearest. */
const MOST_OTHERS = 10

/**
 * Judges every grant that names the principal by the runtime's own judgement, and tells of the others
 * whom they name instead.
 */
export function explainGrants(
  principal: Principal,
  request: TokenRequest,
  policy: Policy,
  decision: Decision,
): ExplainedGrants {
  const chosen = 'granted' in decision ? decision.granted.grant : undefined
  const own = grantsOf(principal, policy)
  const judged = own.map((grant) => ({ grant, verdict: judge(grant, principal, request) }))
  judged.sort(
    (a, b) =>
      Number(b.grant.id === chosen) - Number(a.grant.id === chosen) ||
      depthOf(b.grant, b.verdict) - depthOf(a.grant, a.verdict) ||
      (a.grant.id < b.grant.id ? -1 : 1),
  )
  const named = new Set(own)
  const all = new Set([...policy.grantsByMember.values()].flat())
  const others = [...all].filter((grant) => !named.has(grant))
  const nearest = others
    .map((grant) => ({ grant, near: nearness(grant, principal, request.target) }))
    .toSorted((a, b) => b.near - a.near || (a.grant.id < b.grant.id ? -1 : 1))
    .slice(0, MOST_OTHERS)
  return {
    grants: [
      ...judged.map(({ grant, verdict }) =>
        explained(grant, verdict, principal, grant.id === chosen),
      ),
      ...nearest.map(({ grant }) => stranger(grant, principal)),
    ],
    others: others.length - nearest.length,
  }
}

/** What covers stands before every miss; of audit grants, after those in force. */
function depthOf({ mode }: Grant, verdict: Cover | Miss): number {
  if (!verdict.covers) return verdict.depth
  return mode === 'enforce' ? 1000 : 100
}

function explained(
  grant: Grant,
  verdict: Cover | Miss,
  principal: Principal,
  chosen: boolean,
): ExplainedGrant {
  const { id, mode, serviceAccount, condition } = grant
  const facts = {
    id,
    mode,
    serviceAccount,
    chosen,
    ...(condition && { condition: explainCondition(condition, principal.mapped.bindings) }),
  }
  if (!verdict.covers) {
    const unknown = verdict.check === 'condition' && facts.condition?.verdict === 'error'
    const { check, detail } = verdict
    return { ...facts, verdict: unknown ? 'UNKNOWN' : 'NOT_GRANTED', failed: { check, detail } }
  }
  const mints = mintedBy(verdict.order)
  if (mode === 'enforce') return { ...facts, verdict: 'GRANTED', mints }
  const detail = 'the grant covers the request, but is in mode audit: it never issues'
  return { ...facts, verdict: 'NOT_GRANTED', failed: { check: 'mode', detail }, mints }
}

function stranger(grant: Grant, principal: Principal): ExplainedGrant {
  const { id, mode, serviceAccount } = grant
  const failed = { check: 'member', detail: describeMembers(grant, principal) } as const
  return { id, mode, serviceAccount, verdict: 'NOT_GRANTED', chosen: false, failed }
}
