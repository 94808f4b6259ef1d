import { bind, bindClaims, type CompiledExpression, type SyntaxNode } from '../cel/compile.ts'
import type { ExplainedNode } from '../explained.ts'
import { childrenOf } from '../cel/compile.ts'
import { truthOf, type KnownFacts } from './expression/truth.ts'
import { findingAt } from './finding.ts'
import type { ConditionRow, LintRule } from './subject.ts'

/** A condition that every token meets says nothing; one that none meets says too much. */
export const constantCondition: LintRule = ({ conditions }) =>
  conditions.flatMap((one) => {
    const truth = truthOfCondition(one)
    const message = truth === undefined ? undefined : MESSAGES[`${one.of} ${truth}`]
    return message === undefined
      ? []
      : [findingAt('constant-condition', one.row, [one.key], message)]
  })

/** Grants that no token can use are another rule's. */
const MESSAGES: Readonly<Record<string, string>> = {
  'provider true':
    'the condition is always true: every token of the issuer for this audience is taken',
  'provider false': 'the condition is never true: no token is ever taken',
  'grant true': 'the condition is always true: leave it out, or say what it should',
  'denial true':
    'the condition is always true: the denial strikes everybody whom it names; leave the condition out if that is meant',
  'denial false': 'the condition is never true: the denial never strikes',
}

/** Whether a condition comes to the same answer for every token, and to which. */
export function truthOfCondition({ condition, providers }: ConditionRow): boolean | undefined {
  const { expression } = condition
  const issuers = new Set(providers.map(({ compiled }) => compiled.issuer))
  const [issuer] = issuers
  const facts: KnownFacts = {
    issuer: issuers.size === 1 ? issuer : undefined,
    constants: constantsOf(expression),
  }
  return truthOf(expression.syntax, facts)
}

/** The values of the parts that read no claim: the engine's own answer to them. */
function constantsOf(expression: CompiledExpression): ReadonlyMap<number, unknown> {
  const free = new Set<number>()
  const look = (node: SyntaxNode): boolean => {
    const parts = childrenOf(node).map(look)
    const constant = node.kind !== 'ident' && parts.every(Boolean)
    if (constant) free.add(node.id)
    return constant
  }
  look(expression.syntax)
  const values = new Map<number, unknown>()
  const collect = (node: ExplainedNode): void => {
    if (free.has(node.id) && node.error === undefined) values.set(node.id, node.value)
    node.children.forEach(collect)
  }
  collect(expression.explain(bind(bindClaims({}), {}, new Map())))
  return values
}
