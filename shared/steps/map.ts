import type { Assertion } from '../domain/assertion.ts'
import { membersOf, principalName, type Principal } from '../domain/principal.ts'
import type { Trail } from '../domain/trail.ts'

/**
 * Maps a verified assertion to a principal by its provider's attribute mapping and tests the
 * provider's attribute condition (Google's "Attribute mappings" and "Attribute conditions").
 * Throws `Refusal`: `mapping`, `condition`, `condition_error`.
 */
export function map(assertion: Assertion, trail: Trail): Principal {
  const { provider } = assertion
  const mapped = provider.attributes.apply(assertion.claims)
  const principal: Principal = {
    assertion,
    mapped,
    name: principalName(provider, mapped.subject),
    members: membersOf(provider.id, mapped),
  }
  trail.principal = principal
  return principal
}
