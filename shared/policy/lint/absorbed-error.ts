import type { SyntaxNode } from '../cel/compile.ts'
import { errorsOf, guardsOf } from './expression/errors.ts'
import { visit } from './expression/visit.ts'
import { findingWithin, type Finding } from './finding.ts'
import type { LintRule } from './subject.ts'

/** `||` beside an operand that may be an error: the other side then decides alone. */
export const absorbedError: LintRule = ({ conditions }) =>
  conditions.flatMap(({ row, key, condition }) => {
    const findings: Finding[] = []
    visit(condition.expression.syntax, (node) => {
      if (node.kind !== 'operator' || node.name !== '||') return
      const [found] = absorbed(node.args)
      if (found === undefined) return
      const { place, path } = found
      const message =
        `where ${path} is not there, this side of || is an error, and the other side decides alone: ` +
        `write has(${path}) && ...`
      findings.push(findingWithin('absorbed-error', row, key, place, message))
    })
    return findings
  })

/** What one operand needs and another does not. */
function absorbed(args: readonly SyntaxNode[]) {
  const guards = guardsOf('||', args)
  const errors = args.map((operand) => errorsOf(operand).difference(guards))
  return args.flatMap((operand, index) => {
    const others = errors.filter((_, other) => other !== index)
    const alone = [...(errors[index] ?? [])].find((path) => others.some((set) => !set.has(path)))
    return alone === undefined ? [] : [{ place: operand, path: alone }]
  })
}
