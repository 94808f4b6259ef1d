import type { AttributeCondition } from '../../domain/condition.ts'
import type { Denial, Grant } from '../../domain/grant.ts'
import { ExpressionError } from '../cel/compile.ts'
import type { Entry } from '../document/check.ts'
import type { DenialDocument, GrantDocument } from '../document/grant.ts'
import type { Path, SourceMap } from '../yaml/source-map.ts'
import { excesses, type Ceiling } from './ceiling.ts'
import { complainAt, complainOf, type CompileContext } from './context.ts'
import { readMember } from './member.ts'
import type { ProviderIndex } from './provider-index.ts'
import { complainOfUnmapped } from './unmapped.ts'

/** A grant ready for requests; what is wrong with it is noted. */
export function compileGrant(
  { index, document }: Entry<GrantDocument>,
  source: SourceMap,
  providers: ProviderIndex,
  ceilings: readonly Ceiling[],
  context: CompileContext,
): Grant {
  const path = ['grants', index]
  const members = document.members.map((member, position) =>
    canonicalMembers(member, source, [...path, 'members', position], providers, context),
  )
  for (const ceiling of ceilings)
    for (const { at, message } of excesses(document, members, ceiling))
      complainAt(context, source, [...path, ...at], message)
  const { accessToken, idToken } = document
  const canonical = [...new Set(members.flat())]
  const condition = conditionOf(document.condition, source, path, context)
  if (condition !== undefined) {
    const mapped = providers.mappedBy(canonical)
    complainOfUnmapped(condition, source, [...path, 'condition'], mapped, context)
  }
  return {
    id: document.id,
    mode: document.mode,
    members: canonical,
    condition,
    serviceAccount: document.serviceAccount,
    delegates: document.delegates,
    accessToken: accessToken && { ...accessToken, scopes: new Set(accessToken.scopes) },
    idToken: idToken && { ...idToken, audiences: new Set(idToken.audiences) },
  }
}

/** A denial ready for requests; what is wrong with it is noted. */
export function compileDenial(
  { index, document }: Entry<DenialDocument>,
  source: SourceMap,
  providers: ProviderIndex,
  context: CompileContext,
): Denial {
  const path = ['denials', index]
  const members = document.members?.flatMap((member, position) =>
    canonicalMembers(member, source, [...path, 'members', position], providers, context),
  )
  const condition = conditionOf(document.condition, source, path, context)
  if (condition !== undefined) {
    const mapped = providers.mappedBy(members)
    complainOfUnmapped(condition, source, [...path, 'condition'], mapped, context)
  }
  return { id: document.id, members: members && new Set(members), condition }
}

/** The canonical forms of one member, whose value is literal: IAM knows no wildcards in it. */
function canonicalMembers(
  member: string,
  source: SourceMap,
  path: Path,
  providers: ProviderIndex,
  context: CompileContext,
): readonly string[] {
  const read = readMember(member, providers)
  if ('fault' in read) {
    if (read.fault !== undefined) complainAt(context, source, path, read.fault)
    return []
  }
  if (read.canonical.some((form) => form.includes('*') && !form.endsWith(':*'))) {
    complainAt(context, source, path, 'members have no wildcards within a value: write a condition')
    return []
  }
  return read.canonical
}

function conditionOf(
  text: string | undefined,
  source: SourceMap,
  path: Path,
  context: CompileContext,
): AttributeCondition | undefined {
  if (text === undefined) return undefined
  const condition = context.expressions.condition(text)
  if (!(condition instanceof ExpressionError)) return condition
  complainOf(context, source, [...path, 'condition'], condition)
  return undefined
}
