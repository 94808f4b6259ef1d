import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCondition } from '../../../shared/policy/cel/compile.ts'
import { beginningOf, childrenOf } from '../../../shared/policy/cel/syntax.ts'
import type { SyntaxNode } from '../../../shared/policy/cel/syntax.ts'

const READS: readonly (readonly [source: string, ...reads: string[]])[] = [
  ["assertion.ref == 'x' && assertion.actor == 'y' && assertion.ref != 'z'", 'actor', 'ref'],
  ["assertion['https://a.example/b'] == 'x'", 'https://a.example/b'],
  ['has(assertion.a.b.c)', 'a'],
  ["'a' in assertion && 'b' in assertion.c", 'a', 'c'],
  ['assertion.groups.exists(g, g == assertion.wanted)', 'groups', 'wanted'],
  ["assertion.a[assertion.b] == 'x'", 'a', 'b'],
  ["{'k': assertion.a}.k == [assertion.b][0] || (assertion.c ? true : false)", 'a', 'b', 'c'],
  ["assertion[attribute.name] == 'x'", '*'],
  ["attribute.name in assertion || assertion.a == 'x'", '*', 'a'],
  ['size(assertion) > 3', '*'],
  ["assertion.all(k, k != 'admin')", '*'],
  ["assertion == {'a': 'b'}", '*'],
  ["attribute.assertion == 'x' && google.subject == 'y'"],
  ["'assertion.a' == 'x'"],
]

test('a condition tells which claims it reads', () => {
  for (const [source, ...reads] of READS) {
    assert.deepEqual(compileCondition(source).reads, reads, source)
  }
})

/** One line a node: its kind and name, and its place. */
function outline(node: SyntaxNode): readonly string[] {
  const name = 'name' in node ? node.name : 'field' in node ? node.field : ''
  const line = `${node.kind} ${name} ${node.line}:${node.column}`.replace('  ', ' ')
  return [line, ...childrenOf(node).flatMap((child) => outline(child).map((text) => `  ${text}`))]
}

test('the syntax shows what was written, not what the engine makes of it', () => {
  const source = [
    "assertion.a == 'x' && has(assertion.b)",
    "  && assertion.g.map(g, g != 'y', g.size())[0] in [1, 2]",
    "  && (assertion.c ? true : {'k': false}.k)",
  ].join('\n')
  assert.deepEqual(outline(compileCondition(source).expression.syntax), [
    'operator && 1:1',
    '  operator == 1:13',
    '    select a 1:11',
    '      ident assertion 1:1',
    '    const 1:16',
    '  has b 1:23',
    '    ident assertion 1:27',
    '  operator in 2:48',
    '    operator [] 2:44',
    '      macro map 2:18',
    '        select g 2:16',
    '          ident assertion 2:6',
    '        operator != 2:27',
    '          ident g 2:25',
    '          const 2:30',
    '        call size 2:37',
    '          ident g 2:35',
    '      const 2:45',
    '    list 2:51',
    '      const 2:52',
    '      const 2:55',
    '  operator ?: 3:7',
    '    select c 3:17',
    '      ident assertion 3:7',
    '    const 3:21',
    '    select k 3:41',
    '      map 3:28',
    '        const 3:29',
    '        const 3:34',
  ])
})

function nodesOf(node: SyntaxNode): readonly SyntaxNode[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)]
}

test('every node has an id of its own, and begins where its text begins', () => {
  const { syntax } = compileCondition(
    "assertion.a.b == 'x' || assertion.g.all(g, g in ['y'])",
  ).expression
  const all = nodesOf(syntax)
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
  assert.deepEqual(childrenOf(syntax).map(beginningOf), [
    { line: 1, column: 1 },
    { line: 1, column: 25 },
  ])
})

test('constants keep their types', () => {
  const { syntax } = compileCondition(
    "[null, true, 1, 2u, 1.5, 'a', b'a'] == assertion.list",
  ).expression
  const [list] = childrenOf(syntax)
  assert.ok(list?.kind === 'list')
  assert.deepEqual(
    list.elements.map((node) => (node.kind === 'const' ? [node.type, node.value] : node.kind)),
    [
      ['null', null],
      ['bool', true],
      ['int', 1n],
      ['uint', 2n],
      ['double', 1.5],
      ['string', 'a'],
      ['bytes', new Uint8Array([97])],
    ],
  )
})
