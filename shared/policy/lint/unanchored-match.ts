import type { SyntaxNode } from '../cel/compile.ts'
import { knownIssuer } from '../issuers.ts'
import { claimsUnder, type Locals } from './expression/claims.ts'
import { visit } from './expression/visit.ts'
import { findingWithin, type Finding } from './finding.ts'
import type { LintRule, ProviderRow } from './subject.ts'

/**
 * A match that stops in the middle of a name: whoever can choose a name that begins or ends alike
 * passes as well.
 */
export const unanchoredMatch: LintRule = ({ conditions }) =>
  conditions.flatMap(({ row, key, condition, providers }) => {
    const findings: Finding[] = []
    visit(condition.expression.syntax, (node, locals) => {
      const fault = faultOf(node)
      if (fault === undefined || node.kind !== 'call' || node.target === undefined) return
      const name = mutableNameIn(node.target, providers, locals)
      if (name === undefined) return
      const message = `${node.name} on the name in ${name} also fits ${fault.example}: ${fault.advice}`
      findings.push(findingWithin('unanchored-match', row, key, node, message))
    })
    return findings
  })

interface Fault {
  readonly example: string
  readonly advice: string
}

const BOUNDARY_BEHIND = /[/:@|#;,= ]$/
const BOUNDARY_BEFORE = /^[/:@|#;,= .]/

function faultOf(node: SyntaxNode): Fault | undefined {
  if (node.kind !== 'call') return undefined
  const [argument] = node.args
  switch (node.name) {
    case 'startsWith': {
      const end = edgeOf(argument, -1)
      if (end === '' || BOUNDARY_BEHIND.test(end ?? '')) return undefined
      const { example, whole } = exampleOf(argument, (text) => `${text}-evil`)
      return {
        example,
        advice: `compare whole, or end it ${whole ? `as in '${whole}/'` : "by '/'"}`,
      }
    }
    case 'endsWith': {
      const begin = edgeOf(argument, 0)
      if (begin === '' || BOUNDARY_BEFORE.test(begin ?? '')) return undefined
      const { example, whole } = exampleOf(argument, (text) => `evil${text}`)
      return {
        example,
        advice: `compare whole, or begin it ${whole ? `as in '@${whole}'` : "by '@'"}`,
      }
    }
    case 'contains': {
      if (edgeOf(argument, 0) === '') return undefined
      const { example } = exampleOf(argument, (text) => `evil-${text}-evil`)
      return { example, advice: 'compare whole, or split it first' }
    }
    case 'matches':
      if (isAnchored(edgeOf(argument, 0) ?? '')) return undefined
      return { example: 'more around it', advice: 'begin the pattern with ^( and end it with )$' }
    default:
      return undefined
  }
}

/** The constant text at the end (-1) or the beginning (0) of a text that may be computed. */
function edgeOf(node: SyntaxNode | undefined, index: 0 | -1): string | undefined {
  if (node?.kind === 'operator' && node.name === '+') return edgeOf(node.args.at(index), index)
  return node?.kind === 'const' && node.type === 'string' ? node.value : undefined
}

function exampleOf(node: SyntaxNode | undefined, change: (text: string) => string) {
  const whole = node?.kind === 'const' ? edgeOf(node, 0) : undefined
  return { whole, example: whole === undefined ? 'longer names' : `'${change(whole)}'` }
}

/** `^...$` with no alternative outside of brackets: `^a|b$` is two patterns, each half open. */
function isAnchored(pattern: string): boolean {
  if (!pattern.startsWith('^') || !/(?:^|[^\\])(?:\\\\)*\$$/.test(pattern)) return false
  let depth = 0
  for (const [token] of pattern.matchAll(/\\.|\[(?:\\.|[^\]])*\]|[()|]/gs)) {
    if (token === '(') depth += 1
    else if (token === ')') depth -= 1
    else if (token === '|' && depth === 0) return false
  }
  return true
}

/** Of issuers that nothing is known of: claims that hold names by what they are called. */
const NAME_LIKE =
  /^(?:sub|email|upn|login|actor)$|name|path|slug|repo|org|owner|group|project|namespace|team/i

function mutableNameIn(
  node: SyntaxNode,
  providers: readonly ProviderRow[],
  locals: Locals,
): string | undefined {
  for (const provider of providers) {
    const mutable = knownIssuer(provider.document)?.mutable
    for (const claim of claimsUnder(node, provider, locals))
      if (mutable?.includes(claim) ?? NAME_LIKE.test(claim)) return claim
  }
  return undefined
}
