import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  array,
  assert as assertProperty,
  constantFrom,
  dictionary,
  jsonValue,
  letrec,
  oneof,
  property,
  tuple,
} from 'fast-check'
import {
  bind,
  bindClaims,
  compileCondition,
  createRuntime,
  ExpressionError,
} from '../../../shared/policy/cel/compile.ts'
import type { Claims } from '../../../shared/domain/claims.ts'

/** Pieces of expressions that are strung together without sense. */
const PIECES: readonly string[] = [
  ['assertion', 'google', '.a', '.constructor', '.__proto__', "['a']", '[0]', 'x', '@', '`', '$'],
  ['(', ')', '[', ']', '{', '}', ',', ':', '?', '.', '!', '-', ' && ', ' == ', ' in ', ' + '],
  ["'x'", '"é😀"', String.raw`r'\'`, String.raw`'\q'`, "'''a\nb'''", '1', '2u', '1.5e300', '0x1F'],
  ['null', 'true', '// x\n', '\n', 'has(assertion.a)', '.all(x, x)', '.map(x, [x])', 'size'],
].flat()

const NONSENSE = array(constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((pieces) =>
  pieces.join(''),
)

/** Expressions that parse; many of them pass the check, too. */
const { expression: EXPRESSIONS } = letrec<{ expression: string }>((tie) => {
  const inner = tie('expression')
  const pair = tuple(inner, inner)
  return {
    expression: oneof(
      { depthSize: 'small', withCrossShrink: true },
      constantFrom('assertion.a', 'assertion.b', 'assertion.groups', 'assertion', 'attribute.a'),
      constantFrom('assertion.constructor', 'assertion.a.b', "assertion['$typeName']"),
      constantFrom("'x'", '1', '2u', '1.5', 'null', 'true', '[]', '{}', "b'a'", 'string', "'é😀'"),
      tuple(
        inner,
        constantFrom('&&', '||', '==', '!=', '<', '>=', '+', '-', '*', '%', 'in'),
        inner,
      ).map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      tuple(constantFrom('size', 'int', 'double', 'string', 'bool', 'bytes', 'type'), inner).map(
        ([name, argument]) => `${name}(${argument})`,
      ),
      tuple(
        inner,
        constantFrom('.size()', '.lowerAscii()', ".split('')", '.join()', ".matches('^(a+)+$')"),
      ).map((parts) => parts.join('')),
      tuple(
        inner,
        constantFrom('all', 'exists', 'exists_one', 'filter', 'map'),
        constantFrom("x == 'a'", 'has(x.a)', 'x', '!x', 'x in assertion.groups', 'x + x == x'),
      ).map(([range, name, body]) => `${range}.${name}(x, ${body})`),
      pair.map(([list, key]) => `${list}[${key}]`),
      pair.map(([one, other]) => `(${one} ? ${other} : ${one})`),
      pair.map(([one, other]) => `[${one}, ${other}]`),
      pair.map(([one, other]) => `{'a': ${one}, 'b': ${other}}.a`),
    ),
  }
})

const CLAIMS = dictionary(
  constantFrom('a', 'b', 'groups', 'constructor', '__proto__', '$typeName'),
  jsonValue({ maxDepth: 4 }),
)

const RUNTIME = createRuntime()

/** The condition, or undefined where it is refused; anything else that happens fails the test. */
function compiled(source: string): ReturnType<typeof compileCondition> | undefined {
  try {
    return compileCondition(source, RUNTIME)
  } catch (error) {
    assert.ok(error instanceof ExpressionError, `${source}: ${String(error)}`)
    const lines = source.split('\n')
    assert.ok(error.line >= 1 && error.line <= lines.length, source)
    assert.ok(error.column >= 1 && error.column <= (lines[error.line - 1] ?? '').length + 1, source)
    return undefined
  }
}

test('an expression is refused at a place, or gives a verdict and explains the same one', () => {
  let evaluated = 0
  assertProperty(
    property(oneof(NONSENSE, EXPRESSIONS), CLAIMS, (source, claims) => {
      const condition = compiled(source)
      if (condition === undefined) return
      evaluated += 1
      const bindings = bind(bindClaims(claims as Claims), {}, new Map())
      const verdict = condition.test(bindings)
      assert.ok(typeof verdict === 'boolean' || typeof verdict.error === 'string', source)
      const { value } = condition.expression.explain(bindings)
      assert.equal(value === true, verdict === true, source)
      assert.equal(value === false, verdict === false, source)
    }),
    { numRuns: 5000 },
  )
  assert.ok(evaluated > 500, `${evaluated} expressions were evaluated`)
})
