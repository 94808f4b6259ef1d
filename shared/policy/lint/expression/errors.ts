import { childrenOf, type SyntaxNode } from '../../cel/compile.ts'
import { pathOf, presenceOf } from './paths.ts'

/** Paths that every verified, mapped token has. */
const ALWAYS_THERE = new Set([
  ...['iss', 'sub', 'aud', 'iat', 'exp'].map((claim) => `assertion.${claim}`),
  'google.subject',
])

/**
 * The paths whose absence makes an expression an error instead of true or false. Reads behind
 * `has(...) &&`, behind `!has(...) ||` and in the guarded side of `has(...) ? :` are none.
 */
export function errorsOf(node: SyntaxNode): ReadonlySet<string> {
  const path = pathOf(node)
  if (path !== undefined) return new Set(prefixesOf(path).filter((one) => !ALWAYS_THERE.has(one)))
  if (node.kind !== 'operator') return union(childrenOf(node))
  const { name, args } = node
  if (name === 'in' && presenceOf(node) !== undefined) return new Set()
  if (name === '&&' || name === '||') return union(args).difference(guardsOf(name, args))
  if (name !== '?:') return union(args)
  const [condition, whenTrue, whenFalse] = args
  if (!condition || !whenTrue || !whenFalse) return new Set()
  return errorsOf(condition)
    .union(errorsOf(whenTrue).difference(guardsOf('&&', operandsOf('&&', condition))))
    .union(errorsOf(whenFalse).difference(guardsOf('||', operandsOf('||', condition))))
}

/**
 * The paths that a junction's own operands ask for: where one is absent, that operand settles the
 * answer and no error of another counts.
 */
export function guardsOf(name: '&&' | '||', args: readonly SyntaxNode[]): ReadonlySet<string> {
  const asked = args.flatMap((operand) => {
    const negated = operand.kind === 'operator' && operand.name === '!'
    const inner = negated ? operand.args[0] : operand
    const presence = inner && presenceOf(inner)
    return presence !== undefined && negated === (name === '||') ? [presence.join('.')] : []
  })
  return new Set(asked)
}

function operandsOf(name: '&&' | '||', node: SyntaxNode): readonly SyntaxNode[] {
  return node.kind === 'operator' && node.name === name ? node.args : [node]
}

function union(nodes: readonly SyntaxNode[]): ReadonlySet<string> {
  return nodes.reduce((all, node) => all.union(errorsOf(node)), new Set<string>())
}

/** `assertion.a.b` needs `assertion.a` as well. */
function prefixesOf(path: readonly string[]): readonly string[] {
  return path.slice(1).map((_, index) => path.slice(0, index + 2).join('.'))
}
