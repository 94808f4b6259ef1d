import type { SyntaxNode } from '../cel/compile.ts'
import { knownIssuer } from '../issuers.ts'
import { KNOWN_CLAIMS } from '../presets/known-claims.ts'
import { claimBehind } from './expression/claims.ts'
import { pathOf } from './expression/paths.ts'
import { spell } from './expression/spell.ts'
import { visit } from './expression/visit.ts'
import { findingAt, findingWithin, type Finding } from './finding.ts'
import type { LintRule, ProviderRow } from './subject.ts'

/**
 * A claim that is held to a type or a form that its issuer never sends: the number 1001 for the text
 * '1001', `main` for `refs/heads/main`, a text for true or false.
 */
export const claimForm: LintRule = ({ conditions, grants, providersOf }) => [
  ...conditions.flatMap(({ row, key, condition, providers }) => {
    const findings: Finding[] = []
    const root = condition.expression.syntax
    visit(root, (node) => {
      for (const { place, operand, wanted } of demandsAt(node, node === root)) {
        const message = agreed(providers, (provider) => faultOf(operand, wanted, provider))
        if (message !== undefined)
          findings.push(findingWithin('claim-form', row, key, place, message))
      }
    })
    return findings
  }),
  ...grants.flatMap((row) =>
    row.document.members.flatMap((member, index) => {
      const [, attribute, value = ''] = /:attribute\.([a-z0-9_]+)\/(.*)$/su.exec(member) ?? []
      if (attribute === undefined) return []
      const message = agreed(providersOf([member]), (provider) =>
        formFault(claimBehind(attribute, provider), value, provider),
      )
      return message === undefined
        ? []
        : [findingAt('claim-form', row, ['members', index], message)]
    }),
  ),
]

/** What an expression asks of one of its operands. */
interface Demand {
  readonly place: SyntaxNode
  readonly operand: SyntaxNode
  /** The constant that it is compared with, or the type that it must have. */
  readonly wanted: Extract<SyntaxNode, { kind: 'const' }> | 'bool' | 'list'
}

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>='])

function demandsAt(node: SyntaxNode, isRoot: boolean): readonly Demand[] {
  const own = isRoot ? must([node], 'bool') : []
  if (node.kind === 'macro') return [...own, ...must([node.range], 'list')]
  if (node.kind !== 'operator') return own
  const [left, right] = node.args
  if (['&&', '||', '!'].includes(node.name)) return must(node.args, 'bool')
  if (left === undefined || right === undefined) return own
  if (node.name === '?:') return must([left], 'bool')
  if (COMPARISONS.has(node.name)) return [...compared(left, right), ...compared(right, left)]
  if (node.name !== 'in') return own
  if (right.kind === 'list') return right.elements.flatMap((element) => compared(left, element))
  return pathOf(right)?.length === 2 ? must([right], 'list') : []
}

function must(operands: readonly SyntaxNode[], wanted: 'bool' | 'list'): readonly Demand[] {
  return operands.map((operand) => ({ place: operand, operand, wanted }))
}

function compared(operand: SyntaxNode, constant: SyntaxNode): readonly Demand[] {
  return constant.kind === 'const' ? [{ place: constant, operand, wanted: constant }] : []
}

/** A fault that holds for the tokens of every provider that is asked. */
function agreed(
  providers: readonly ProviderRow[],
  faultFor: (provider: ProviderRow) => string | undefined,
): string | undefined {
  const faults = providers.map(faultFor)
  return faults.includes(undefined) ? undefined : faults[0]
}

function faultOf(
  operand: SyntaxNode,
  wanted: Demand['wanted'],
  provider: ProviderRow,
): string | undefined {
  const [variable, name, ...further] = pathOf(operand) ?? []
  if (name === undefined || further.length > 0) return undefined
  const claim = variable === 'attribute' ? claimBehind(name, provider) : name
  if (variable === 'google' || claim === undefined) return undefined
  const issuer = knownIssuer(provider.document)?.name
  const type = issuer && KNOWN_CLAIMS[issuer]?.types.get(claim)
  if (type === undefined || type === 'any') return undefined
  const sent = `tokens of ${issuer} have ${claim} as a ${type === 'bool' ? 'truth value' : type}`
  if (wanted === 'bool')
    return type === 'bool' ? undefined : `${sent}, it is never true: compare it`
  if (wanted === 'list') return type === 'list' ? undefined : `${sent}, nothing is in it`
  if (wanted.type === 'null') return undefined
  const given = ['int', 'uint', 'double'].includes(wanted.type) ? 'number' : wanted.type
  if (given !== type)
    return `${sent}, it never equals ${spell(wanted)}${type === 'string' ? `: write '${String(wanted.value)}'` : ''}`
  return wanted.type === 'string' ? formFault(claim, wanted.value, provider) : undefined
}

function formFault(
  claim: string | undefined,
  value: string,
  { document }: ProviderRow,
): string | undefined {
  const issuer = knownIssuer(document)?.name
  const form = claim && issuer && KNOWN_CLAIMS[issuer]?.forms.get(claim)
  if (!form || form.pattern.test(value)) return undefined
  return `tokens of ${issuer} have ${claim} as in '${form.example}', it never equals '${value}'`
}
