import type { Claims } from '../../../../shared/domain/claims.ts'
import type { Bindings } from '../../../../shared/domain/condition.ts'
import { bind, bindClaims, type CompiledExpression } from '../../../../shared/policy/cel/compile.ts'
import type { WorkloadProvider } from '../world.ts'
import { refused } from './sts-error.ts'

/** Bytes that `google.subject` may take. */
const MAX_SUBJECT = 127
/** Bytes that all mapped values may take together. */
const MAX_MAPPED = 8192

/**
 * Maps claims, tests the attribute condition, then looks at presence, types and sizes: Google's
 * order. Gives every IAM member form of the principal, the subject's first. Throws `StsError`.
 */
export function mappedPrincipals(claims: Claims, provider: WorkloadProvider): readonly string[] {
  const bound = boundClaims(claims)
  const bare = bind(bound, {}, new Map())
  const evaluated = new Map(
    [...provider.mapping].map(([name, expression]) => [name, outcome(expression, bare)] as const),
  )
  const subject = evaluated.get('google.subject') ?? UNSET
  const groups = evaluated.get('google.groups') ?? UNSET
  const attributes = new Map<string, string>()
  for (const [name, { text }] of evaluated) {
    if (name.startsWith('attribute.') && text !== undefined) {
      attributes.set(name.slice('attribute.'.length), text)
    }
  }
  const google = {
    ...(subject.text === undefined ? {} : { subject: subject.text }),
    ...(groups.list === undefined ? {} : { groups: groups.list }),
  }
  if (!holds(provider.condition, bind(bound, google, attributes))) throw refused('condition')
  if (subject.mistyped) throw refused('subject_type')
  if (subject.text === undefined || subject.text === '') throw refused('no_subject')
  if (groups.mistyped || groups.text !== undefined) throw refused('groups_type')
  if (Buffer.byteLength(subject.text) > MAX_SUBJECT) throw refused('subject_size')
  const values = [subject.text, ...(groups.list ?? []), ...attributes.values()]
  if (values.reduce((sum, value) => sum + Buffer.byteLength(value), 0) > MAX_MAPPED) {
    throw refused('attribute_size')
  }
  return membersOf(provider.pool, subject.text, groups.list ?? [], attributes)
}

/** What a mapping came to: text, a list, a value of a wrong type, or nothing at all. */
interface Outcome {
  readonly text?: string
  readonly list?: readonly string[]
  readonly mistyped: boolean
}

/** An attribute whose expression failed. */
const UNSET: Outcome = { mistyped: false }

function outcome(expression: CompiledExpression, bindings: Bindings): Outcome {
  const result = expression.evaluate(bindings)
  if ('error' in result) {
    return { mistyped: expression.explain(bindings).value !== undefined }
  }
  if (typeof result.value === 'boolean') return { mistyped: true }
  return typeof result.value === 'string'
    ? { text: result.value, mistyped: false }
    : { list: result.value, mistyped: false }
}

function holds(condition: CompiledExpression | undefined, bindings: Bindings): boolean {
  if (condition === undefined) return true
  const verdict = condition.evaluate(bindings)
  return 'value' in verdict && verdict.value === true
}

function boundClaims(claims: Claims): unknown {
  try {
    return bindClaims(claims)
  } catch {
    throw refused('parse')
  }
}

function membersOf(
  pool: string,
  subject: string,
  groups: readonly string[],
  attributes: ReadonlyMap<string, string>,
): readonly string[] {
  const set = `principalSet://iam.googleapis.com/${pool}`
  return [
    `principal://iam.googleapis.com/${pool}/subject/${subject}`,
    ...groups.map((group) => `${set}/group/${group}`),
    ...[...attributes].map(([name, value]) => `${set}/attribute.${name}/${value}`),
    `${set}/*`,
  ]
}
