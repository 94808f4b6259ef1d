import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Policy } from '../../shared/domain/policy.ts'
import { decide, type Decision } from '../../shared/explain/decision.ts'
import { examineClaims, providerById } from '../../shared/explain/examine-claims.ts'
import { anyAsking, anyExactAsking, type Asking } from '../support/asking-arbitraries.ts'
import { anyDenial, anyPolicy, textOf, type PolicyParts } from '../support/policy-arbitraries.ts'
import { loaded } from '../support/policy-text.ts'

/** Policies, and callers of each: 20,000 cases a property. */
const POLICIES = 200
const CALLERS = 100

function compiled(parts: PolicyParts): Policy {
  return loaded(textOf(parts)).policy
}

function decision(policy: Policy, { provider, claims, request }: Asking): Decision {
  const caller = { claims, provider: providerById(policy, provider) }
  const { assertion, refusal } = examineClaims(caller, policy, 1_750_000_000)
  assert.ok(assertion !== undefined && refusal === undefined)
  return decide(assertion, request, policy).decision
}

/** Runs `holds` over {@link POLICIES} policies with {@link CALLERS} callers each. */
function forAll<Extra>(
  extra: fc.Arbitrary<Extra>,
  asking: fc.Arbitrary<Asking>,
  holds: (parts: PolicyParts, extra: Extra, askings: readonly Asking[]) => void,
): void {
  const callers = fc.array(asking, { minLength: CALLERS, maxLength: CALLERS })
  fc.assert(fc.property(anyPolicy, extra, callers, holds), { numRuns: POLICIES })
}

/**
 * What a policy allows: a request that names the account, and scopes and lifetime or the audience of
 * an ID token, is allowed where the answer is exactly that. Whether an ID token holds the e-mail is
 * not for the caller to name.
 */
function allows(policy: Policy, asking: Asking): boolean {
  const answer = decision(policy, asking)
  const { wish } = asking.request
  if (!('granted' in answer)) return false
  if (wish.kind === 'id_token' || answer.granted.kind === 'id_token') return true
  const wished = new Set(wish.scopes)
  return wished.symmetricDifference(new Set(answer.granted.scopes)).size === 0
}

/** The shadow grants are a set. */
function shadowSorted(one: Decision): Decision {
  return { ...one, shadow: one.shadow.toSorted() }
}

test('a grant removed never allows more', () => {
  let allowed = 0
  forAll(fc.nat(), anyExactAsking, (parts, which, askings) => {
    const index = which % parts.grants.length
    const whole = compiled(parts)
    const less = compiled({ ...parts, grants: parts.grants.toSpliced(index, 1) })
    for (const asking of askings) {
      if (!allows(less, asking)) continue
      allowed += 1
      assert.ok(allows(whole, asking))
    }
  })
  assert.ok(allowed > 100, `only ${allowed} cases were allowed at all`)
})

test('a denial added never allows more, and changes no answer that it allows', () => {
  let refused = 0
  forAll(anyDenial, anyAsking, (parts, denial, askings) => {
    const before = compiled(parts)
    const after = compiled({ ...parts, denials: [...parts.denials, denial] })
    for (const asking of askings) {
      const [was, is] = [decision(before, asking), decision(after, asking)]
      if ('granted' in is) assert.deepEqual(is, was)
      else if ('granted' in was) refused += 1
    }
  })
  assert.ok(refused > 100, `only ${refused} cases were refused by the denial`)
})

test('the order of grants and of their members does not matter', () => {
  let granted = 0
  forAll(fc.infiniteStream(fc.nat()), anyAsking, (parts, random, askings) => {
    const shuffled = <T>(list: readonly T[]): T[] =>
      list
        .map((value) => ({ value, key: random.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ value }) => value)
    const other = compiled({
      ...parts,
      grants: shuffled(parts.grants).map((grant) => ({
        ...grant,
        members: shuffled(grant['members'] as readonly string[]),
      })),
    })
    const policy = compiled(parts)
    for (const asking of askings) {
      const was = decision(policy, asking)
      const is = decision(other, asking)
      assert.deepEqual(shadowSorted(is), shadowSorted(was))
      if ('granted' in is) granted += 1
    }
  })
  assert.ok(granted > 300, `only ${granted} cases were granted at all`)
})
