import { celList } from '@bufbuild/cel'
import type { CelInput, CelMap } from '@bufbuild/cel'
import type { Claims, ClaimValue } from '../../domain/claims.ts'
import type { Bindings } from '../../domain/condition.ts'
import { Refusal } from '../../domain/refusal.ts'
import { engineMap } from './values.ts'

/** Levels of objects and lists, the claims object being the first. */
const MAX_DEPTH = 32

/**
 * The claims as the engine's own map, converted deeply once a request. Plain objects never reach the
 * engine: it would take a claim named `$typeName` for a protobuf message. Throws `Refusal`
 * `claims_depth` beyond 32 levels.
 */
export function bindClaims(claims: Claims): unknown {
  return boundMap(claims, 1)
}

/**
 * The variables of one evaluation. What is not given is unset: reading it is an evaluation error.
 * `assertion` is what `bindClaims` gave.
 */
export function bind(
  assertion: unknown,
  google: { readonly subject?: string; readonly groups?: readonly string[] },
  attribute: ReadonlyMap<string, string>,
): Bindings {
  const names = new Map<string, CelInput>()
  if (google.subject !== undefined) names.set('subject', google.subject)
  if (google.groups !== undefined) names.set('groups', celList([...google.groups]))
  return { assertion, google: engineMap(names), attribute: engineMap(new Map(attribute)) }
}

function boundMap(claims: Claims, depth: number): CelMap {
  if (depth > MAX_DEPTH) {
    throw new Refusal('claims_depth', { detail: `claims nest beyond ${MAX_DEPTH} levels` })
  }
  const entries = new Map<string, CelInput>()
  for (const [name, value] of Object.entries(claims)) entries.set(name, bound(value, depth + 1))
  return engineMap(entries)
}

function bound(value: ClaimValue, depth: number): CelInput {
  if (value === null || typeof value !== 'object') return value
  if (!isList(value)) return boundMap(value, depth)
  if (depth > MAX_DEPTH) {
    throw new Refusal('claims_depth', { detail: `claims nest beyond ${MAX_DEPTH} levels` })
  }
  return celList(value.map((element) => bound(element, depth + 1)))
}

function isList(value: readonly ClaimValue[] | Claims): value is readonly ClaimValue[] {
  return Array.isArray(value)
}
