import type { Claims } from '../domain/claims.ts'
import type { AttributeCondition } from '../domain/condition.ts'
import type { AttributeRules, Mapped } from '../domain/provider.ts'
import { Refusal } from '../domain/refusal.ts'
import { bind, bindClaims, type CompiledExpression } from './cel/compile.ts'

/** Google's limit on `google.subject`, in bytes of UTF-8. */
const MAX_SUBJECT_BYTES = 127
/** Google's limit on all mapped values together, in bytes of UTF-8. */
const MAX_MAPPED_BYTES = 8192

/** The compiled expressions of an attribute mapping. */
export interface MappingExpressions {
  readonly subject: CompiledExpression
  readonly groups: CompiledExpression | undefined
  /** By NAME, as in `attribute.NAME`. */
  readonly attributes: ReadonlyMap<string, CompiledExpression>
}

/**
 * Attribute mapping and condition as Google's STS applies them
 * (https://cloud.google.com/iam/docs/workload-identity-federation#mapping): map, where an attribute
 * that cannot be evaluated or is not a string is left unset; the condition; then presence and type of
 * `google.subject`, then sizes. Groups that are not a list of strings are left unset as well, so that
 * the claim `"admin"` never passes for `["admin"]`.
 */
export function attributeRules(
  mapping: MappingExpressions,
  condition: AttributeCondition,
): AttributeRules {
  const expressions = [mapping.subject, mapping.groups, ...mapping.attributes.values()]
  const reads = new Set(expressions.flatMap((expression) => expression?.reads ?? []))
  for (const claim of condition.reads) reads.add(claim)
  return {
    condition,
    reads: [...reads].toSorted(),
    apply: (claims) => apply(claims, mapping, condition),
  }
}

function apply(claims: Claims, mapping: MappingExpressions, condition: AttributeCondition): Mapped {
  const assertion = boundClaims(claims)
  const unmapped = bind(assertion, {}, new Map())
  const valueOf = (expression: CompiledExpression | undefined) => expression?.evaluate(unmapped)

  const subject = valueOf(mapping.subject)
  const groups = listOf(valueOf(mapping.groups))
  const attributes = new Map<string, string>()
  for (const [name, expression] of mapping.attributes) {
    const given = valueOf(expression)
    if (given !== undefined && 'value' in given && typeof given.value === 'string')
      attributes.set(name, given.value)
  }
  const mapped = subject !== undefined && 'value' in subject ? subject.value : undefined
  const named = typeof mapped === 'string' ? { subject: mapped } : {}
  const bindings = bind(assertion, groups === undefined ? named : { ...named, groups }, attributes)

  const verdict = condition.test(bindings)
  if (verdict === false) throw new Refusal('condition')
  if (verdict !== true) throw new Refusal('condition_error', { detail: oneLine(verdict.error) })

  const present = presentSubject(mapped)
  refuseSizes(present, groups ?? [], attributes)
  return { subject: present, groups: groups ?? [], attributes, bindings }
}

/** Claims deeper than the engine takes: verification refuses them first, a policy's tests may not. */
function boundClaims(claims: Claims): unknown {
  try {
    return bindClaims(claims)
  } catch (cause) {
    throw new Refusal('mapping', { detail: 'the claims are nested too deeply', cause })
  }
}

function listOf(given: ReturnType<CompiledExpression['evaluate']> | undefined) {
  if (given === undefined || 'error' in given) return undefined
  return typeof given.value === 'object' ? given.value : undefined
}

function presentSubject(subject: unknown): string {
  if (typeof subject !== 'string')
    throw new Refusal('mapping', { detail: 'google.subject is not there or not a string' })
  if (subject === '') throw new Refusal('mapping', { detail: 'google.subject is empty' })
  return subject
}

function refuseSizes(
  subject: string,
  groups: readonly string[],
  attributes: ReadonlyMap<string, string>,
): void {
  const bytes = Buffer.byteLength(subject)
  if (bytes > MAX_SUBJECT_BYTES)
    throw new Refusal('mapping', {
      detail: `google.subject has ${bytes} bytes, at most ${MAX_SUBJECT_BYTES} are allowed`,
    })
  let all = bytes
  for (const value of [...groups, ...attributes.values()]) all += Buffer.byteLength(value)
  if (all > MAX_MAPPED_BYTES)
    throw new Refusal('mapping', {
      detail: `the mapped values have ${all} bytes, at most ${MAX_MAPPED_BYTES} are allowed`,
    })
}

/** An evaluation error may hold claim values: cut to a length that cannot carry a whole one. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, 100)
}
