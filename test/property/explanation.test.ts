import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { examineClaims, providerById } from '../../shared/explain/examine-claims.ts'
import { explain, type Explanation } from '../../shared/explain/explain.ts'
import type { Grant } from '../../shared/domain/grant.ts'
import type { Policy } from '../../shared/domain/policy.ts'
import type { Principal } from '../../shared/domain/principal.ts'
import { Refusal } from '../../shared/domain/refusal.ts'
import { authorize, denies } from '../../shared/steps/authorize.ts'
import { judge } from '../../shared/steps/judge.ts'
import { map } from '../../shared/steps/map.ts'
import { anyAsking, type Asking } from '../support/asking-arbitraries.ts'
import { anyPolicy, textOf } from '../support/policy-arbitraries.ts'
import { aTrail } from '../support/policy.ts'
import { loaded } from '../support/policy-text.ts'

/** Policies, and callers of each: 20,000 cases. */
const POLICIES = 200
const CALLERS = 100

test('the explanation and the runtime agree in everything', () => {
  const seen = new Map<string, number>()
  const callers = fc.array(anyAsking, { minLength: CALLERS, maxLength: CALLERS })
  fc.assert(
    fc.property(anyPolicy, callers, (parts, askings) => {
      const { policy } = loaded(textOf(parts))
      for (const asking of askings) {
        const tree = agree(policy, asking)
        const { decision } = tree
        const outcome = 'granted' in decision ? 'granted' : decision.refused.reason
        for (const one of [outcome, ...tree.grants.map(({ verdict }) => verdict)])
          seen.set(one, (seen.get(one) ?? 0) + 1)
      }
    }),
    { numRuns: POLICIES },
  )
  const outcomes = ['granted', 'condition', 'condition_error', 'denied', 'no_grant', 'scope']
  for (const outcome of [...outcomes, 'ambiguous_grant', 'GRANTED', 'NOT_GRANTED', 'UNKNOWN'])
    assert.ok((seen.get(outcome) ?? 0) > 20, `${outcome} was seen ${seen.get(outcome) ?? 0} times`)
})

/** Compares the explanation of one request, part by part, with what the steps themselves answer. */
function agree(policy: Policy, { provider, claims, request }: Asking): Explanation {
  const caller = { claims, provider: providerById(policy, provider) }
  const examined = examineClaims(caller, policy, 1_750_000_000)
  const tree = explain(examined, request, policy)
  const { assertion } = examined
  assert.ok(assertion)

  const trail = aTrail()
  const outcome = attempt(() => authorize(map(assertion, trail), request, policy, trail))
  if (outcome instanceof Refusal) {
    assert.ok('refused' in tree.decision)
    assert.equal(tree.decision.refused.reason, outcome.reason)
    assert.equal(tree.decision.refused.detail, outcome.detail)
  } else {
    assert.ok('granted' in tree.decision)
    const { grant, serviceAccount, ...order } = tree.decision.granted
    assert.equal(grant, outcome.grant.id)
    assert.equal(serviceAccount, outcome.grant.serviceAccount)
    assert.deepEqual(
      order,
      JSON.parse(JSON.stringify({ ...outcome.order, accessBoundary: undefined })),
    )
  }

  const verdict = assertion.provider.attributes.condition
  assert.equal(tree.condition?.source, verdict.source)
  assert.equal(tree.principal?.name, trail.principal?.name)
  if (trail.principal !== undefined) agreeOnRules(policy, tree, trail.principal, request)
  return tree
}

function agreeOnRules(
  policy: Policy,
  tree: Explanation,
  principal: Principal,
  request: Asking['request'],
): void {
  assert.equal(tree.condition?.verdict, 'true')
  assert.deepEqual(
    tree.denials.map(({ strikes }) => strikes),
    policy.denials.map((denial) => denies(denial, principal)),
  )
  const all = new Map<string, Grant>()
  for (const grants of policy.grantsByMember.values())
    for (const grant of grants) all.set(grant.id, grant)
  assert.equal(tree.grants.length + tree.otherGrants, all.size)

  for (const explained of tree.grants) {
    const grant = all.get(explained.id)
    assert.ok(grant)
    const named = grant.members.some((member) => principal.members.includes(member))
    assert.equal(explained.failed?.check === 'member', !named)
    if (!named) continue
    const judged = judge(grant, principal, request)
    assert.equal(explained.verdict === 'GRANTED', judged.covers && grant.mode === 'enforce')
    if (!judged.covers) assert.equal(explained.failed?.check, judged.check)
    const verdict = grant.condition?.test(principal.mapped.bindings)
    if (verdict === undefined) assert.equal(explained.condition, undefined)
    else if (typeof verdict === 'boolean') assert.equal(explained.condition?.parts.value, verdict)
    else assert.equal(explained.condition?.error, verdict.error)
    const unknown = !judged.covers && judged.check === 'condition' && typeof verdict === 'object'
    assert.equal(explained.verdict === 'UNKNOWN', unknown)
  }
  const chosen = tree.grants.filter((grant) => grant.chosen).map(({ id }) => id)
  const granted = 'granted' in tree.decision ? [tree.decision.granted.grant] : []
  assert.deepEqual(chosen, granted)
}

function attempt<T>(run: () => T): T | Refusal {
  try {
    return run()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
