import type { Denial } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import type { Principal } from '../domain/principal.ts'
import type { Assertion } from '../domain/assertion.ts'
import { Refusal } from '../domain/refusal.ts'
import type { TokenRequest } from '../domain/token-request.ts'
import {
  explainCondition,
  explainMapping,
  type ExplainedAttribute,
  type ExplainedCondition,
} from '../policy/explained.ts'
import { denies } from '../steps/authorize.ts'
import type { Check } from './checklist.ts'
import { decide, refused, type Decision } from './decision.ts'
import type { Examined } from './examined.ts'
import { explainGrants, type ExplainedGrant } from './explain-grants.ts'

/** One denial against the caller. */
export interface ExplainedDenial {
  readonly id: string
  /** Whether it wins over every grant here. */
  readonly strikes: boolean
  /** Whether its members name the caller. */
  readonly concerns: boolean
  readonly condition?: ExplainedCondition
}

/** Why a request is granted or refused: everything the decision looked at, in JSON's terms. */
export interface Explanation {
  /** The digest of the policy that decides. */
  readonly policy: string
  readonly decision: Decision
  readonly checks: readonly Check[]
  readonly provider?: string
  readonly mapping: readonly ExplainedAttribute[]
  /** The provider's attribute condition. */
  readonly condition?: ExplainedCondition
  readonly principal?: { readonly name: string; readonly members: readonly string[] }
  readonly denials: readonly ExplainedDenial[]
  /** The chosen one first, then what covers, then the nearest misses. */
  readonly grants: readonly ExplainedGrant[]
  /** How many more grants there are, all of them for other callers. */
  readonly otherGrants: number
}

const NOTHING = { mapping: [], denials: [], grants: [], otherGrants: 0 } as const

/**
 * Explains the decision on a request. The decision itself and every verdict in the tree come from
 * the functions that decide in earnest. After a failed check the rest says what would have followed.
 * Holds claim values: for operators, never for the wire of a caller.
 */
export function explain(examined: Examined, request: TokenRequest, policy: Policy): Explanation {
  const { checks, assertion, refusal } = examined
  if (assertion === undefined) {
    const stopped = refusal ?? new Refusal('fault', { detail: 'no provider was found' })
    return { policy: policy.digest, decision: refused(stopped), checks, ...NOTHING }
  }
  const { decision, principal } = decide(assertion, request, policy)
  const final = refusal === undefined ? decision : refused(refusal)
  return {
    policy: policy.digest,
    decision: final,
    checks,
    provider: assertion.provider.id,
    ...explainRules(assertion),
    ...(principal && explainPrincipal(principal, request, policy, final)),
  }
}

/** The explanation of a request that was refused for its own form: nothing else was looked at. */
export function explainMalformed(refusal: Refusal, policy: Policy): Explanation {
  const checks = [{ name: 'request', outcome: 'failed', detail: refusal.message }] as const
  return { policy: policy.digest, decision: refused(refusal), checks, ...NOTHING }
}

function explainRules({ provider, claims }: Assertion) {
  const { attributes } = provider
  try {
    const explained = explainMapping(attributes, claims)
    if (explained === undefined) return NOTHING
    const condition = explainCondition(attributes.condition, explained.bindings)
    return { ...NOTHING, mapping: explained.attributes, condition }
  } catch (error) {
    // Claims that cannot be mapped at all: the decision says so.
    if (error instanceof Refusal) return NOTHING
    throw error
  }
}

function explainPrincipal(
  principal: Principal,
  request: TokenRequest,
  policy: Policy,
  decision: Decision,
) {
  const { name, members } = principal
  const { grants, others } = explainGrants(principal, request, policy, decision)
  return {
    principal: { name, members },
    denials: policy.denials.map((denial) => explainDenial(denial, principal)),
    grants,
    otherGrants: others,
  }
}

function explainDenial(denial: Denial, principal: Principal): ExplainedDenial {
  const { id, members, condition } = denial
  const concerns = members === undefined || principal.members.some((member) => members.has(member))
  return {
    id,
    strikes: denies(denial, principal),
    concerns,
    ...(condition && { condition: explainCondition(condition, principal.mapped.bindings) }),
  }
}
