import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, bindClaims, compileCondition } from '../../../shared/policy/cel/compile.ts'
import type { ExplainedNode } from '../../../shared/policy/cel/compile.ts'
import type { Claims } from '../../../shared/domain/claims.ts'

function explain(source: string, claims: Claims): ExplainedNode {
  return compileCondition(source).expression.explain(bind(bindClaims(claims), {}, new Map()))
}

/** One line a node: place, text, and what it came to. */
function lines(node: ExplainedNode): readonly string[] {
  const outcome = node.error === undefined ? JSON.stringify(node.value) : `! ${node.error}`
  return [
    `${node.line}:${node.column} ${node.text} -> ${outcome}`,
    ...node.children.flatMap((child) => lines(child).map((line) => `  ${line}`)),
  ]
}

test('every part of a condition is shown with its place and its value', () => {
  const source = "assertion.ref == 'main'\n && (assertion.fork || assertion.level + 1 > 2)"
  assert.deepEqual(lines(explain(source, { ref: 'main', fork: false, level: 3 })), [
    '1:1 assertion.ref == "main" && (assertion.fork || assertion.level + 1 > 2) -> ' +
      "! found no matching overload for '_+_' applied to '(double, int)'",
    '  1:1 assertion.ref == "main" -> true',
    '    1:1 assertion.ref -> "main"',
    '  2:6 assertion.fork || assertion.level + 1 > 2 -> ' +
      "! found no matching overload for '_+_' applied to '(double, int)'",
    '    2:6 assertion.fork -> false',
    '    2:24 assertion.level + 1 > 2 -> ' +
      "! found no matching overload for '_+_' applied to '(double, int)'",
    '      2:24 assertion.level + 1 -> ' +
      "! found no matching overload for '_+_' applied to '(double, int)'",
    '        2:24 assertion.level -> 3',
  ])
})

test('operands behind a short circuit are shown as well', () => {
  assert.deepEqual(lines(explain("assertion.a == 'x' && assertion.b == 'y'", { a: 'z' })), [
    '1:1 assertion.a == "x" && assertion.b == "y" -> false',
    '  1:1 assertion.a == "x" -> false',
    '    1:1 assertion.a -> "z"',
    '  1:23 assertion.b == "y" -> ! field not found: b',
    '    1:23 assertion.b -> ! field not found: b',
  ])
})

test('a macro shows the list that it walks, and its result', () => {
  const source =
    "assertion.g.filter(g, g != 'b').exists(g, has(assertion.x.y)) || 'a' in assertion.g"
  assert.deepEqual(lines(explain(source, { g: ['a', 'b'], x: {} })), [
    '1:1 assertion.g.filter(g, g != "b").exists(g, has(assertion.x.y)) || "a" in assertion.g -> true',
    '  1:1 assertion.g.filter(g, g != "b").exists(g, has(assertion.x.y)) -> false',
    '    1:1 assertion.g.filter(g, g != "b") -> ["a"]',
    '      1:1 assertion.g -> ["a","b"]',
    '  1:66 "a" in assertion.g -> true',
    '    1:73 assertion.g -> ["a","b"]',
  ])
})

test('values of every type are shown in JSON', () => {
  const source =
    "[null, 1, 9007199254740993, 2u, 1.5, b'a', {'k': [true]}, type('a'), duration('90s')] == []"
  const [list] = explain(source, {}).children
  assert.deepEqual(JSON.parse(JSON.stringify(list?.value)), [
    null,
    1,
    '9007199254740993',
    2,
    1.5,
    'YQ==',
    { k: [true] },
    'string',
    '90s',
  ])
})

test('a claim named __proto__ is shown as a claim', () => {
  const claims = { a: JSON.parse('{"__proto__": 1}') as Claims }
  const [part] = explain("assertion.a == {'b': 1}", claims).children
  assert.equal(JSON.stringify(part?.value), '{"__proto__":1}')
})

test('long values are cut', () => {
  const list = Array.from({ length: 5000 }, (_, index) => index)
  const [part] = explain('assertion.list == []', { list }).children
  assert.ok(Array.isArray(part?.value) && part.value.length <= 1000)
})

test('the explanation and the verdict agree', () => {
  const claims = { a: 'x', n: 2, g: ['p', 'q'], nothing: null }
  const bindings = bind(bindClaims(claims), {}, new Map())
  for (const source of [
    "assertion.a == 'x'",
    "assertion.a == 'y'",
    'assertion.b == 1',
    "assertion.b == 1 || 'p' in assertion.g",
    "assertion.g.all(g, g.matches('^[pq]$'))",
    'has(assertion.nothing) && assertion.n > 1',
    "assertion.g.map(g, g + 'x')[1] == 'qx'",
    'assertion.a',
  ]) {
    const condition = compileCondition(source)
    const verdict = condition.test(bindings)
    const node = condition.expression.explain(bindings)
    assert.equal(verdict === true, node.value === true, source)
    assert.equal(verdict === false, node.value === false, source)
    // Afterwards as before: an explanation leaves nothing behind.
    assert.deepEqual(condition.test(bindings), verdict, source)
  }
})
