import { parseTemplate } from './extract.ts'
import { compilePattern } from './patterns.ts'
import type { Pattern } from './patterns.ts'
import { refuse } from './refuse.ts'
import { FUNCTIONS } from './signatures.ts'
import type { Signature } from './signatures.ts'
import type { SyntaxNode } from './syntax.ts'
import { joined, mayBe, nameOf } from './types.ts'
import type { Type } from './types.ts'

type Call = Extract<SyntaxNode, { kind: 'call' }>

/** How macros are written; a call with their name is one that the parser did not take for one. */
const MACRO_FORMS: ReadonlyMap<string, string> = new Map([
  ['has', "has(assertion.claim); for a name that is no word, 'claim' in assertion"],
  ['all', 'list.all(x, condition)'],
  ['exists', 'list.exists(x, condition)'],
  ['exists_one', 'list.exists_one(x, condition)'],
  ['filter', 'list.filter(x, condition)'],
  ['map', 'list.map(x, value) or list.map(x, condition, value)'],
])

/**
 * The type of a call's result. Patterns are compiled into `patterns`. Throws `ExpressionError` for
 * an unknown function, a wrong arity or type, a pattern or template that is no literal or not valid.
 */
export function typeOfCall(
  node: Call,
  target: Type | undefined,
  args: readonly Type[],
  patterns: Map<string, Pattern>,
): Type {
  const form = MACRO_FORMS.get(node.name)
  if (form !== undefined) throw refuse(node, `\`${node.name}\` is written ${form}`)
  const signatures = FUNCTIONS.get(node.name)
  if (signatures === undefined) throw unknownFunction(node)

  const styled = signatures.filter((one) => (one.target === undefined) === (target === undefined))
  if (styled.length === 0) {
    const usage = target === undefined ? `value.${node.name}(...)` : `${node.name}(...)`
    throw refuse(node, `\`${node.name}\` is called as ${usage}`)
  }
  const counted = styled.filter((one) => one.args.length === args.length)
  if (counted.length === 0) {
    const counts = [...new Set(styled.map((one) => one.args.length))].join(' or ')
    throw refuse(node, `\`${node.name}\` takes ${counts} argument(s), not ${args.length}`)
  }
  const fitting = counted.filter((one) => fits(one, target, args))
  if (fitting.length === 0) {
    const given = [...(target === undefined ? [] : [target]), ...args].map(nameOf).join(', ')
    throw refuse(node, `\`${node.name}\` does not work with ${given}`)
  }
  checkLiteral(node, patterns)
  return joined(fitting.map(({ result }) => result))
}

function fits(signature: Signature, target: Type | undefined, args: readonly Type[]): boolean {
  if (target !== undefined && signature.target !== undefined && !mayBe(target, signature.target)) {
    return false
  }
  return signature.args.every((wanted, at) => {
    const given = args[at]
    return given !== undefined && mayBe(given, wanted)
  })
}

function unknownFunction(node: Call): Error {
  const known = [...FUNCTIONS.keys(), ...MACRO_FORMS.keys()]
  const alike = known.find((name) => name.toLowerCase() === node.name.toLowerCase())
  const hint = alike === undefined ? '' : `, did you mean \`${alike}\`?`
  return refuse(node, `unknown function \`${node.name}\`${hint}`)
}

/** What the argument of `matches` and of `extract` says is settled at load. */
function checkLiteral(node: Call, patterns: Map<string, Pattern>): void {
  if (node.name !== 'matches' && node.name !== 'extract') return
  const [argument = node] = node.args
  if (argument.kind !== 'const' || argument.type !== 'string') {
    throw refuse(argument, `the argument of \`${node.name}\` must be a literal text`)
  }
  try {
    if (node.name === 'extract') parseTemplate(argument.value)
    else if (!patterns.has(argument.value)) {
      patterns.set(argument.value, compilePattern(argument.value))
    }
  } catch (error) {
    throw refuse(argument, error instanceof Error ? error.message : 'not valid')
  }
}
