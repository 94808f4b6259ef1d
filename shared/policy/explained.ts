import type { Claims, ClaimValue } from '../domain/claims.ts'
import type { AttributeCondition, Bindings } from '../domain/condition.ts'
import type { AttributeRules } from '../domain/provider.ts'
import { mapValues, type CompiledRules } from './attributes.ts'
import type {
  CelResult,
  CompiledCondition,
  CompiledExpression,
  ExplainedNode,
} from './cel/compile.ts'
export type { ExplainedNode } from './cel/compile.ts'

/** A condition, what it came to, and the value of every part of it. */
export interface ExplainedCondition {
  readonly source: string
  readonly verdict: 'true' | 'false' | 'error'
  /** Why it could not be evaluated. May hold claim values: for operators only. */
  readonly error?: string
  readonly parts: ExplainedNode
}

/** One line of an attribute mapping and what became of it. */
export interface ExplainedAttribute {
  /** `google.subject`, `google.groups` or `attribute.NAME`. */
  readonly name: string
  /** The value that conditions and members see; absent where the attribute is left unset. */
  readonly value?: ClaimValue
  /** Why it is left unset, where it could not be evaluated or is of the wrong type. */
  readonly error?: string
  readonly parts: ExplainedNode
}

/** The condition of a loaded policy with its expression, or undefined for a stand-in. */
export function compiledCondition(condition: AttributeCondition): CompiledCondition | undefined {
  return 'expression' in condition ? (condition as CompiledCondition) : undefined
}

/** The rules of a loaded policy with their mapping, or undefined for a stand-in. */
export function compiledRules(rules: AttributeRules): CompiledRules | undefined {
  return 'mapping' in rules ? (rules as CompiledRules) : undefined
}

/** Explains a condition; its verdict is the one that a decision would get. Never throws. */
export function explainCondition(
  condition: AttributeCondition,
  bindings: Bindings,
): ExplainedCondition {
  const { source } = condition
  const verdict = condition.test(bindings)
  const parts =
    compiledCondition(condition)?.expression.explain(bindings) ?? unexplained(source, verdict)
  if (typeof verdict === 'boolean') return { source, verdict: `${verdict}`, parts }
  return { source, verdict: 'error', error: verdict.error, parts }
}

/**
 * Explains each expression of a mapping, and gives what conditions see of its result. Undefined for
 * rules that were not compiled from a policy. Throws `Refusal` `mapping` as the decision does.
 */
export function explainMapping(
  rules: AttributeRules,
  claims: Claims,
): { readonly attributes: readonly ExplainedAttribute[]; readonly bindings: Bindings } | undefined {
  const mapping = compiledRules(rules)?.mapping
  if (mapping === undefined) return undefined
  const { subject, groups, attributes, unmapped, bindings } = mapValues(claims, mapping)
  const explained = (name: string, expression: CompiledExpression, value?: ClaimValue) => ({
    name,
    ...(value === undefined ? unset(expression.evaluate(unmapped)) : { value }),
    parts: expression.explain(unmapped),
  })
  return {
    bindings,
    attributes: [
      explained('google.subject', mapping.subject, subject),
      ...(mapping.groups === undefined ? [] : [explained('google.groups', mapping.groups, groups)]),
      ...[...mapping.attributes].map(([name, expression]) =>
        explained(`attribute.${name}`, expression, attributes.get(name)),
      ),
    ],
  }
}

function unexplained(text: string, verdict: ReturnType<AttributeCondition['test']>): ExplainedNode {
  const shown = typeof verdict === 'boolean' ? { value: verdict } : { error: verdict.error }
  return { id: 0, text, line: 1, column: 1, ...shown, children: [] }
}

/** Groups alone evaluate to what they may not be: a string in place of a list. */
function unset(given: CelResult): { readonly error: string } {
  return 'error' in given ? given : { error: 'the result must be a list of strings' }
}
