import type { Claims } from '../domain/claims.ts'
import type { AttributeCondition, Bindings } from '../domain/condition.ts'
import type { AttributeRules, Mapped } from '../domain/provider.ts'
import { Refusal } from '../domain/refusal.ts'
import { bind, bindClaims, type CelResult, type CompiledExpression } from './cel/compile.ts'

/** Google's limit on `google.subject`, in bytes of UTF-8. */
const GOOGLE_SUBJECT_BYTES = 127
/** Bytes of a subject that Google never sees as it is: an assertion gives it a digest. */
export const ASSERTED_SUBJECT_BYTES = 1024
/** Google's limit on all mapped values together, in bytes of UTF-8. */
const MAX_MAPPED_BYTES = 8192

/** The compiled expressions of an attribute mapping. */
export interface MappingExpressions {
  readonly subject: CompiledExpression
  readonly groups: CompiledExpression | undefined
  /** By NAME, as in `attribute.NAME`. */
  readonly attributes: ReadonlyMap<string, CompiledExpression>
}

/** The rules of a loaded policy: their mapping can be looked into. */
export interface CompiledRules extends AttributeRules {
  readonly mapping: MappingExpressions
}

/** What a mapping made of claims, before anything of it is required. */
export interface MappedValues {
  readonly subject: string | undefined
  readonly groups: readonly string[] | undefined
  readonly attributes: ReadonlyMap<string, string>
  /** What the mapping's expressions saw. */
  readonly unmapped: Bindings
  /** What conditions see. */
  readonly bindings: Bindings
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
  subjectBytes: number = GOOGLE_SUBJECT_BYTES,
): CompiledRules {
  const expressions = [mapping.subject, mapping.groups, ...mapping.attributes.values()]
  const reads = new Set(expressions.flatMap((expression) => expression?.reads ?? []))
  for (const claim of condition.reads) reads.add(claim)
  return {
    mapping,
    condition,
    reads: [...reads].toSorted(),
    apply: (claims) => apply(claims, mapping, condition, subjectBytes),
  }
}

function apply(
  claims: Claims,
  mapping: MappingExpressions,
  condition: AttributeCondition,
  subjectBytes: number,
): Mapped {
  const { subject, groups = [], attributes, bindings } = mapValues(claims, mapping)

  const verdict = condition.test(bindings)
  if (verdict === false) throw new Refusal('condition')
  if (verdict !== true) throw new Refusal('condition_error', { detail: oneLine(verdict.error) })

  const present = presentSubject(subject)
  refuseSizes(present, subjectBytes, groups, attributes)
  return { subject: present, groups, attributes, bindings }
}

/** Evaluates a mapping. Throws `Refusal` `mapping` for claims that are nested too deeply. */
export function mapValues(claims: Claims, mapping: MappingExpressions): MappedValues {
  const assertion = boundClaims(claims)
  const unmapped = bind(assertion, {}, new Map())
  const valueOf = (expression: CompiledExpression | undefined) => expression?.evaluate(unmapped)

  const subject = textOf(valueOf(mapping.subject))
  const groups = listOf(valueOf(mapping.groups))
  const attributes = new Map<string, string>()
  for (const [name, expression] of mapping.attributes) {
    const value = textOf(valueOf(expression))
    if (value !== undefined) attributes.set(name, value)
  }
  const google = {
    ...(subject === undefined ? {} : { subject }),
    ...(groups === undefined ? {} : { groups }),
  }
  return {
    subject,
    groups,
    attributes,
    unmapped,
    bindings: bind(assertion, google, attributes),
  }
}

/** Claims deeper than the engine takes: verification refuses them first, a policy's tests may not. */
function boundClaims(claims: Claims): unknown {
  try {
    return bindClaims(claims)
  } catch (cause) {
    throw new Refusal('mapping', { detail: 'the claims are nested too deeply', cause })
  }
}

function textOf(given: CelResult | undefined): string | undefined {
  if (given === undefined || 'error' in given) return undefined
  return typeof given.value === 'string' ? given.value : undefined
}

function listOf(given: CelResult | undefined): readonly string[] | undefined {
  if (given === undefined || 'error' in given) return undefined
  return typeof given.value === 'object' ? given.value : undefined
}

function presentSubject(subject: string | undefined): string {
  if (subject === undefined)
    throw new Refusal('mapping', { detail: 'google.subject is not there or not a string' })
  if (subject === '') throw new Refusal('mapping', { detail: 'google.subject is empty' })
  return subject
}

function refuseSizes(
  subject: string,
  subjectBytes: number,
  groups: readonly string[],
  attributes: ReadonlyMap<string, string>,
): void {
  const bytes = Buffer.byteLength(subject)
  if (bytes > subjectBytes)
    throw new Refusal('mapping', {
      detail: `google.subject has ${bytes} bytes, at most ${subjectBytes} are allowed`,
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
