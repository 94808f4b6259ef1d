import type { Policy } from '../../domain/policy.ts'
import { Refusal, type Reason } from '../../domain/refusal.ts'
import type { Check, CheckName } from '../checklist.ts'
import { refused } from '../decision.ts'
import { examineClaims } from '../examine-claims.ts'
import { explain, type Explanation } from '../explain.ts'
import { wantedBy } from '../rehearse.ts'
import type { RecordedRequest } from './recorded.ts'
import { restore } from './restore.ts'

/** A recorded request, explained, and how far the record carries that. */
export interface ExplainedRecord extends Explanation {
  readonly recorded: {
    readonly requestId: string
    /** RFC 3339. */
    readonly time: string
    readonly decision: 'intent' | 'issued' | 'refused'
    readonly reason?: Reason
    readonly detail?: string
    readonly grant?: string
    readonly policy?: string
  }
  /** What a reader has to know of the difference between record and explanation. */
  readonly notes: readonly string[]
}

/**
 * Explains a recorded request by a policy: the one that decided it, or another one. A request that
 * was refused before the policy was asked is explained by what the record says.
 */
export function explainRecord(record: RecordedRequest, policy: Policy): ExplainedRecord {
  const { time, data, id } = record
  const { decision, grant, policy_digest: digest } = data.unmapped
  const recorded = {
    requestId: data.metadata.correlation_uid ?? id,
    time,
    decision,
    ...(data.status_code && { reason: data.status_code }),
    ...(data.status_detail && { detail: data.status_detail }),
    ...(grant && { grant }),
    ...(digest && { policy: digest }),
  }
  const restored = restore(record, policy)
  const another =
    digest === undefined || digest === policy.digest
      ? []
      : [`the record was decided by another policy: ${digest}`]
  if (restored === undefined)
    return { ...unproved(record, policy), recorded, notes: [...another, UNPROVED] }

  const { caller, request, cut } = restored
  const examined = examineClaims(caller, policy, 0, wantedBy(request))
  const explanation = explain(examined, request, policy)
  const cutNotes = cut.map(
    (name) => `the record holds the claim ${name} only in part: it is left out`,
  )
  return {
    ...explanation,
    recorded,
    notes: [...another, ...cutNotes, ...difference(record, explanation)],
  }
}

const UNPROVED = 'the token was not verified, so its claims are not on record and no rule was asked'

/** Where the policy answers otherwise than the record, what may be the cause. */
function difference({ data }: RecordedRequest, { decision }: Explanation): readonly string[] {
  const { unmapped, status_code: reason } = data
  if ('granted' in decision) {
    if (unmapped.grant === decision.granted.grant)
      return reason === undefined
        ? []
        : [`the policy granted it; it was refused afterwards: ${reason}`]
    return [`the record says otherwise: ${reason ?? `granted by ${unmapped.grant ?? 'another'}`}`]
  }
  return reason === decision.refused.reason
    ? []
    : [`the record says otherwise: ${reason ?? `granted by ${unmapped.grant ?? 'a grant'}`}`]
}

/** The check at which verification stops with a reason. */
const CHECK_OF: ReadonlyMap<Reason, CheckName> = new Map([
  ['request', 'request'],
  ['grant_type', 'request'],
  ['format', 'format'],
  ['header', 'header'],
  ['header_key', 'header'],
  ['crit', 'header'],
  ['json_duplicate', 'claims'],
  ['claims_depth', 'claims'],
  ['claims_size', 'claims'],
  ['claims', 'claims'],
  ['issuer', 'issuer'],
  ['audience', 'audience'],
  ['alg', 'algorithm'],
  ['kid', 'key'],
  ['kid_ambiguous', 'key'],
  ['key_rejected', 'key'],
  ['provider_unavailable', 'key'],
  ['signature', 'signature'],
  ['time', 'times'],
])

function unproved({ data }: RecordedRequest, policy: Policy): Explanation {
  const reason = data.status_code ?? 'fault'
  const detail = data.status_detail
  const refusal = new Refusal(reason, detail === undefined ? {} : { detail })
  const name = CHECK_OF.get(reason)
  const checks: readonly Check[] =
    name === undefined ? [] : [{ name, outcome: 'failed', detail: refusal.message }]
  return {
    policy: policy.digest,
    decision: refused(refusal),
    checks,
    mapping: [],
    denials: [],
    grants: [],
    otherGrants: 0,
  }
}
