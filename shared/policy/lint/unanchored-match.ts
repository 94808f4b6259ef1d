import type { SyntaxNode } from '../cel/compile.ts'
import { holdsPath, kindOfClaim, type ClaimKind } from './expression/claim-kind.ts'
import { claimsUnder, type Locals } from './expression/claims.ts'
import { polaritiesOf } from './expression/polarity.ts'
import { visit } from './expression/visit.ts'
import { findingWithin, type Finding } from './finding.ts'
import type { LintRule, ProviderRow } from './subject.ts'

/**
 * A match that stops in the middle of a name, of a branch or of an id: what begins or ends alike
 * passes as well. Where passing means to be turned away, it does no harm.
 */
export const unanchoredMatch: LintRule = ({ conditions }) =>
  conditions.flatMap(({ row, of, key, condition, providers }) => {
    const findings: Finding[] = []
    const { syntax } = condition.expression
    const polarities = polaritiesOf(syntax)
    const harmless = of === 'denial' ? 'plain' : 'negated'
    visit(syntax, (node, locals) => {
      if (node.kind !== 'call' || node.target === undefined) return
      if (polarities.get(node.id) === harmless) return
      const subject = subjectOf(node.target, providers, locals)
      const fault = subject && faultOf(node, subject)
      if (subject === undefined || fault === undefined) return
      const message = `${node.name} on the ${NOUNS[subject.kind]} in ${subject.claim} also fits ${fault.example}: ${fault.advice}`
      findings.push(findingWithin('unanchored-match', row, key, node, message))
    })
    return findings
  })

/** The claim that a match looks at. */
interface Subject {
  readonly claim: string
  readonly kind: ClaimKind
}

const NOUNS: Readonly<Record<ClaimKind, string>> = {
  name: 'name',
  ref: 'branch or tag',
  id: 'id',
}

interface Fault {
  readonly example: string
  readonly advice: string
}

const BOUNDARY_BEFORE = /^[/:@|#;,= .]/
/** The beginning of versions (`v`) and families of branches (`release-`) is a choice, not a slip. */
const BOUNDARY_BEHIND: Readonly<Record<ClaimKind, RegExp>> = {
  name: /[/:@|#;,= ]$/,
  ref: /[-/:@|#;,= ._]$|(?:^|\/)v$/,
  id: /[/:@|#;,= ]$/,
}

function faultOf(
  node: Extract<SyntaxNode, { kind: 'call' }>,
  { claim, kind }: Subject,
): Fault | undefined {
  const [argument] = node.args
  const filler = kind === 'id' ? { before: '9', behind: '9' } : { before: 'evil', behind: '-evil' }
  switch (node.name) {
    case 'startsWith': {
      const end = edgeOf(argument, -1)
      if (end === '' || BOUNDARY_BEHIND[kind].test(end ?? '')) return undefined
      const { example, whole } = exampleOf(argument, (text) => `${text}${filler.behind}`)
      const ending = `, or end it ${whole ? `as in '${whole}/'` : "by '/'"}`
      return { example, advice: `compare whole${kind === 'id' ? '' : ending}` }
    }
    case 'endsWith': {
      const begin = edgeOf(argument, 0)
      const slash = begin?.startsWith('/') === true && holdsPath(claim)
      if (begin === '' || (BOUNDARY_BEFORE.test(begin ?? '') && !slash)) return undefined
      const { example, whole } = exampleOf(argument, (text) => `${filler.before}${text}`)
      const beginning = `, or begin it ${whole ? `as in '@${whole}'` : "by '@'"}`
      return { example, advice: `compare whole${kind === 'name' && !slash ? beginning : ''}` }
    }
    case 'contains': {
      if (edgeOf(argument, 0) === '') return undefined
      const around = kind === 'id' ? ['9', '9'] : ['evil-', '-evil']
      const { example } = exampleOf(argument, (text) => around.join(text))
      return { example, advice: `compare whole${kind === 'id' ? '' : ', or split it first'}` }
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

function subjectOf(
  node: SyntaxNode,
  providers: readonly ProviderRow[],
  locals: Locals,
): Subject | undefined {
  for (const provider of providers)
    for (const claim of claimsUnder(node, provider, locals)) {
      const kind = kindOfClaim(claim, provider)
      if (kind !== undefined) return { claim, kind }
    }
  return undefined
}
