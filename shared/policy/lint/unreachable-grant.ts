import type { Denial } from '../../domain/grant.ts'
import { compiledCondition } from '../explained.ts'
import { truthOfCondition } from './constant-condition.ts'
import { claimBehind } from './expression/claims.ts'
import { both, demandsOf, type Demands } from './expression/demands.ts'
import { findingAt, type Finding } from './finding.ts'
import type { ConditionRow, GrantRow, LintRule, LintSubject, ProviderRow } from './subject.ts'

/** A grant, or a member of it, that no token can ever use. */
export const unreachableGrant: LintRule = (subject) => {
  const conditions = new Map<unknown, ConditionRow>(
    subject.conditions.map((condition) => [condition.row, condition]),
  )
  return subject.grants.flatMap((row) => {
    const condition = conditions.get(row)
    if (condition !== undefined && truthOfCondition(condition) === false) {
      const message = 'the condition is never true: nobody can use this grant'
      return [findingAt('unreachable-grant', row, ['condition'], message)]
    }
    return deadMembers(row, subject)
  })
}

/** One finding for each member of which nobody can use the grant. */
function deadMembers(row: GrantRow, subject: LintSubject): readonly Finding[] {
  const { members } = row.document
  // A member in IAM's spelling can stand for several providers: then the place is the list.
  const places = members.length === row.compiled.members.length
  return row.compiled.members.flatMap((member, index) => {
    const [provider] = subject.providersOf([member])
    if (provider === undefined) return []
    const fault =
      tooLong(member, provider) ??
      demandFault(member, row, provider) ??
      denialFault(
        member,
        subject.denials.map(({ compiled }) => compiled),
      )
    if (fault === undefined) return []
    const at = places ? ['members', index] : ['members']
    return [findingAt('unreachable-grant', row, at, `nobody can be ${member} here: ${fault}`)]
  })
}

function tooLong(member: string, { document }: ProviderRow): string | undefined {
  const subject = member.slice(document.id.length + ':subject/'.length)
  if (!member.startsWith(`${document.id}:subject/`) || document.exchange === 'assertion')
    return undefined
  const bytes = Buffer.byteLength(subject)
  return bytes > 127 ? `a subject has at most 127 bytes, this one has ${bytes}` : undefined
}

/** Where provider, member and condition hold one claim to different values. */
function demandFault(member: string, row: GrantRow, provider: ProviderRow): string | undefined {
  const demands = [
    demandsOfCondition(provider.compiled.attributes.condition),
    demandsOfMember(member, provider),
    demandsOfCondition(row.compiled.condition),
  ]
    .map((one) => throughMapping(one, provider))
    .reduce(both)
  const [impossible] = [...demands].find(([, values]) => values.size === 0) ?? []
  if (impossible === undefined) return undefined
  return `provider ${provider.document.id}, member and condition hold ${impossible} to values that exclude each other`
}

function demandsOfCondition(condition: Parameters<typeof compiledCondition>[0] | undefined) {
  const compiled = condition && compiledCondition(condition)
  return compiled === undefined ? NOTHING : demandsOf(compiled.expression.syntax)
}

const NOTHING: Demands = new Map()

function demandsOfMember(member: string, { document }: ProviderRow): Demands {
  const selector = member.slice(document.id.length + 1)
  const [, kind = '', value = ''] = /^(subject|attribute\.[a-z0-9_]+)\/(.*)$/su.exec(selector) ?? []
  if (kind === '') return NOTHING
  const path = kind === 'subject' ? 'google.subject' : kind
  return new Map([[path, new Set([`string ${value}`])]])
}

/** The same demands, made of the claims themselves where attributes only hand them on. */
function throughMapping(demands: Demands, provider: ProviderRow): Demands {
  const entries = [...demands].map(([path, values]) => {
    const attribute = /^attribute\.(.*)$/s.exec(path)?.[1]
    const claim = attribute === undefined ? undefined : claimBehind(attribute, provider)
    return new Map([[claim === undefined ? path : `assertion.${claim}`, values] as const])
  })
  return entries.reduce<Demands>(both, NOTHING)
}

/** A denial without a condition that names the same member, or everybody of the provider. */
function denialFault(member: string, denials: readonly Denial[]): string | undefined {
  const everybody = `${member.slice(0, member.indexOf(':'))}:*`
  const denial = denials.find(
    ({ condition, members }) =>
      condition === undefined &&
      (members === undefined || members.has(member) || members.has(everybody)),
  )
  return denial && `denial ${denial.id} wins over it`
}
