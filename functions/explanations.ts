import { outcomeOf } from '../shared/audit/store/outcome-of.ts'
import type { AuditStore } from '../shared/audit/store/store.ts'
import type { Policy } from '../shared/domain/policy.ts'
import { Refusal } from '../shared/domain/refusal.ts'
import type { World } from '../shared/domain/world.ts'
import { providerById } from '../shared/explain/examine-claims.ts'
import { examineToken } from '../shared/explain/examine-token.ts'
import { explain, explainMalformed, type Explanation } from '../shared/explain/explain.ts'
import { explainRecord } from '../shared/explain/records/explain-record.ts'
import { recordIn } from '../shared/explain/records/recorded.ts'
import { explainRehearsal, wantedBy } from '../shared/explain/rehearse.ts'
import type { ExplainRequest } from '../shared/http/explain-request.ts'
import { rehearsedRequest } from '../shared/http/rehearsed-request.ts'

/** What explanations are made from. */
export interface ExplanationSources extends Pick<World, 'policy' | 'keys' | 'now'> {
  /** Undefined where no store is set: recorded requests cannot be looked up. */
  readonly store: () => AuditStore | undefined
}

/**
 * Explains what an operator asks about by the policy in force. A token is verified as in earnest.
 * Throws `Refusal`: `request` for what cannot be found, `policy_stale`.
 */
export async function explanationOf(
  asked: ExplainRequest,
  sources: ExplanationSources,
): Promise<Explanation> {
  const policy = sources.policy()
  const now = Math.floor(sources.now() / 1000)
  switch (asked.kind) {
    case 'record':
      return recorded(asked.id, policy, sources.store())
    case 'claims': {
      const { claims, request, provider: id } = asked
      const provider = id === undefined ? undefined : providerById(policy, id)
      if (id !== undefined && provider === undefined)
        throw new Refusal('request', { detail: 'the policy has no such provider' })
      return explainRehearsal(
        { caller: { claims, provider }, request },
        policy,
        rehearsedRequest,
        now,
      )
    }
    case 'token':
      return ofToken(asked, policy, sources, now)
  }
}

async function ofToken(
  { token, request: written }: Extract<ExplainRequest, { kind: 'token' }>,
  policy: Policy,
  { keys }: ExplanationSources,
  now: number,
): Promise<Explanation> {
  const request = orRefusal(() => rehearsedRequest(written))
  if (request instanceof Refusal) return explainMalformed(request, policy)
  const options = { policy, keysOf: () => keys, now, wanted: wantedBy(request) }
  return explain(await examineToken(token, options), request, policy)
}

/** By the id of the request, whose outcome says most, or of one of its events. */
async function recorded(
  id: string,
  policy: Policy,
  store: AuditStore | undefined,
): Promise<Explanation> {
  if (store === undefined)
    throw new Refusal('request', { detail: 'AUDIT_STORE is not set: no record can be looked up' })
  const line = await outcomeOf(store, id)
  const record = line && recordIn(JSON.parse(line))
  if (!record)
    throw new Refusal('request', { detail: 'no record of a request has this id', status: 404 })
  return explainRecord(record, policy)
}

function orRefusal<T>(run: () => T): T | Refusal {
  try {
    return run()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
