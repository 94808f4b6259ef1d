import { childrenOf, type SyntaxNode } from '../../cel/compile.ts'
import { compiledRules } from '../../explained.ts'
import type { ProviderRow } from '../subject.ts'
import { pathOf } from './paths.ts'

/** Variables of macros, and the list that each of them goes through. */
export type Locals = ReadonlyMap<string, SyntaxNode>

/**
 * The top-level claims of a provider's token that an expression gets its value from: through
 * `assertion`, through mapped attributes, through variables of macros.
 */
export function claimsUnder(
  node: SyntaxNode,
  provider: ProviderRow,
  locals: Locals,
): ReadonlySet<string> {
  const [variable, name] = pathOf(node) ?? []
  if (variable === 'assertion' && name !== undefined) return new Set([name])
  if (variable !== undefined && name !== undefined)
    return new Set(readsOfMapped(`${variable}.${name}`, provider))
  const range = node.kind === 'ident' ? locals.get(node.name) : undefined
  const parts = range === undefined ? childrenOf(node) : [range]
  return new Set(parts.flatMap((part) => [...claimsUnder(part, provider, locals)]))
}

/** The claims that a mapped attribute is made of; the claim itself where it is only handed on. */
function readsOfMapped(name: string, { compiled }: ProviderRow): readonly string[] {
  const mapping = compiledRules(compiled.attributes)?.mapping
  if (mapping === undefined) return []
  if (name === 'google.subject') return mapping.subject.reads
  if (name === 'google.groups') return mapping.groups?.reads ?? []
  return mapping.attributes.get(name.slice('attribute.'.length))?.reads ?? []
}

/** The one claim that an attribute hands on unchanged, if that is all that its mapping does. */
export function claimBehind(attribute: string, { compiled }: ProviderRow): string | undefined {
  const expression = compiledRules(compiled.attributes)?.mapping.attributes.get(attribute)
  const [variable, claim, ...further] = (expression && pathOf(expression.syntax)) ?? []
  return variable === 'assertion' && further.length === 0 ? claim : undefined
}
