import { knownIssuer } from '../issuers.ts'
import { claimBehind } from './expression/claims.ts'
import { demandsOf } from './expression/demands.ts'
import { pathOf } from './expression/paths.ts'
import { compiledCondition } from '../explained.ts'
import type { SyntaxNode } from '../cel/compile.ts'
import type { Grant } from '../../domain/grant.ts'
import { findingAt } from './finding.ts'
import type { LintRule, ProviderRow } from './subject.ts'

/**
 * Issuers that serve strangers beside you: a condition, or every grant, has to hold a claim that
 * names your tenant for good. Where the issuer's address names the tenant, the beginning of `sub`,
 * which then holds ids, will do as well.
 */
export const tenantNotPinned: LintRule = ({ providers, grants }) =>
  providers.flatMap((row) => {
    const known = knownIssuer(row.document)
    if (known === undefined) return []
    const condition = compiledCondition(row.compiled.attributes.condition)
    const syntax = condition?.expression.syntax
    if (syntax !== undefined && holds(syntax, row, known)) return []
    const own = grants.filter(({ compiled }) => membersOf(compiled, row).length > 0)
    if (own.length > 0 && own.every(({ compiled }) => grantHolds(compiled, row, known))) return []
    const message =
      `anybody can have tokens of this issuer, and names change hands: hold one of ` +
      `${known.immutable.map(spelt).join(', ')} by == (${known.documentation})`
    return [findingAt('tenant-not-pinned', row, ['attributeCondition'], message)]
  })

type Known = NonNullable<ReturnType<typeof knownIssuer>>

function holds(syntax: SyntaxNode, row: ProviderRow, known: Known): boolean {
  const held = [...demandsOf(syntax).keys()].map((path) => claimOf(path, row))
  if (held.some((claim) => claim !== undefined && known.immutable.includes(claim))) return true
  return known.tenantInIssuer && startsWithSubject(syntax)
}

function grantHolds(grant: Grant, row: ProviderRow, known: Known): boolean {
  const condition = grant.condition && compiledCondition(grant.condition)
  if (condition !== undefined && holds(condition.expression.syntax, row, known)) return true
  return membersOf(grant, row).every((member) => {
    const attribute = /:attribute\.([a-z0-9_]+)\//.exec(member)?.[1]
    const claim = attribute === undefined ? undefined : claimBehind(attribute, row)
    if (claim !== undefined) return known.immutable.includes(claim)
    return known.tenantInIssuer && member.includes(':subject/')
  })
}

function membersOf({ members }: Grant, { document }: ProviderRow): readonly string[] {
  return members.filter((member) => member.startsWith(`${document.id}:`))
}

/** The top-level claim that a demand's path stands for, through a mapped attribute or directly. */
function claimOf(path: string, row: ProviderRow): string | undefined {
  const [variable, ...names] = path.split('.')
  if (variable === 'attribute') return claimBehind(names.join('.'), row)
  if (variable !== 'assertion') return undefined
  const whole = names.join('.')
  const known = knownIssuer(row.document)
  return known?.immutable.find((claim) => whole === claim || whole.startsWith(`${claim}.`))
}

/** `assertion.sub.startsWith('org/ID/')`, one of the operands of `&&`. */
function startsWithSubject(node: SyntaxNode): boolean {
  if (node.kind === 'operator' && node.name === '&&') return node.args.some(startsWithSubject)
  if (node.kind !== 'call' || node.name !== 'startsWith' || node.target === undefined) return false
  const [prefix] = node.args
  const anchored = prefix?.kind === 'const' && /[/:]$/.test(String(prefix.value))
  return anchored && pathOf(node.target)?.join('.') === 'assertion.sub'
}

function spelt(claim: string): string {
  return /^[a-z_]+$/.test(claim) ? `assertion.${claim}` : `assertion['${claim}']`
}
