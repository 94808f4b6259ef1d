import type { Assertion } from '../../domain/assertion.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Trail } from '../../domain/trail.ts'
import type { Clip } from './clip.ts'

/** A claim as it is recorded: its name and its value as JSON text. */
export interface RecordedClaim {
  readonly json: string
  readonly name: string
}

/**
 * The claims that the decision read: those of the provider's mapping and condition, of the denials
 * and of the conditions of the principal's grants. No other claim is recorded.
 */
export function claimsRead(
  assertion: Assertion,
  trail: Trail,
  policy: Policy | undefined,
  clip: Clip,
): RecordedClaim[] | undefined {
  const recorded: RecordedClaim[] = []
  for (const name of namesRead(assertion, trail, policy)) {
    if (recorded.length === clip.limits.claims) break
    if (!Object.hasOwn(assertion.claims, name)) continue
    recorded.push({ json: clip.text(textOf(assertion.claims[name])), name: clip.text(name) })
  }
  return recorded.length === 0 ? undefined : recorded
}

function namesRead(
  assertion: Assertion,
  trail: Trail,
  policy: Policy | undefined,
): readonly string[] {
  const names = new Set(assertion.provider.attributes.reads)
  if (trail.principal === undefined) return [...names]
  // A policy that was swapped in mid-request is not the one that decided.
  const decisive = policy?.digest === trail.policyDigest ? policy : undefined
  for (const { condition } of decisive?.denials ?? []) addAll(names, condition?.reads)
  for (const member of trail.principal.members) {
    for (const { condition } of decisive?.grantsByMember.get(member) ?? []) {
      addAll(names, condition?.reads)
    }
  }
  addAll(names, trail.authorization?.grant.condition?.reads)
  return [...names].sort()
}

function addAll(names: Set<string>, more: readonly string[] | undefined): void {
  for (const name of more ?? []) names.add(name)
}

function textOf(claim: unknown): string {
  try {
    return JSON.stringify(claim) ?? 'null'
  } catch {
    // Too deep to be written: a record must never fail because of what a claim holds.
    return '"[a value that cannot be written]"'
  }
}
