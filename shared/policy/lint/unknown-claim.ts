import type { SyntaxNode } from '../cel/compile.ts'
import { compiledRules } from '../explained.ts'
import { knownIssuer } from '../issuers.ts'
import { KNOWN_CLAIMS, nearClaim, sendsClaim } from '../presets/known-claims.ts'
import { pathOf, presenceOf } from './expression/paths.ts'
import { visit } from './expression/visit.ts'
import { findingWithin, type Finding } from './finding.ts'
import type { LintRule, ProviderRow } from './subject.ts'

/**
 * A claim that the issuer never sends: what reads it is an error for every token, and a denial that
 * reads it denies everybody. Where several issuers are asked, one that may send it is enough.
 */
export const unknownClaim: LintRule = ({ conditions, providers }) => [
  ...conditions.flatMap(({ row, key, condition, providers: asked }) =>
    findingsIn(condition.expression.syntax, row, key, asked),
  ),
  ...providers.flatMap((row) => {
    const mapping = compiledRules(row.compiled.attributes)?.mapping
    if (mapping === undefined) return []
    const within = { source: row.source, path: [...row.path, 'attributeMapping'] }
    return [
      ...findingsIn(mapping.subject.syntax, within, 'google.subject', [row]),
      ...(mapping.groups ? findingsIn(mapping.groups.syntax, within, 'google.groups', [row]) : []),
      ...[...mapping.attributes].flatMap(([name, { syntax }]) =>
        findingsIn(syntax, within, `attribute.${name}`, [row]),
      ),
    ]
  }),
]

function findingsIn(
  syntax: SyntaxNode,
  row: Parameters<typeof findingWithin>[1],
  key: string,
  providers: readonly ProviderRow[],
): readonly Finding[] {
  const findings: Finding[] = []
  visit(syntax, (node) => {
    const claim = claimReadBy(node)
    const message = claim === undefined ? undefined : faultOf(claim, providers)
    if (message !== undefined)
      findings.push(findingWithin('unknown-claim', row, key, node, message))
  })
  return findings
}

/** `assertion.x`, `has(assertion.x)`, `assertion['x']` and `'x' in assertion`. */
function claimReadBy(node: SyntaxNode): string | undefined {
  const [variable, claim, ...further] = pathOf(node) ?? presenceOf(node) ?? []
  return variable === 'assertion' && further.length === 0 ? claim : undefined
}

function faultOf(claim: string, providers: readonly ProviderRow[]): string | undefined {
  const faults = providers.map(({ document }) => {
    const name = knownIssuer(document)?.name
    const known = name && KNOWN_CLAIMS[name]
    if (known === undefined || sendsClaim(known, claim) !== false) return undefined
    const near = nearClaim(known, claim)
    const hint = near === undefined ? '' : `, did you mean ${near}?`
    return `tokens of ${name} have no claim ${claim}${hint}`
  })
  return faults.includes(undefined) ? undefined : faults[0]
}
