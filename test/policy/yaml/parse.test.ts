import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaints } from '../../support/policy-text.ts'

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefgh'.split('').map((name, index) => {
    const before = 'abcdefg'.charAt(index)
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`
  }),
].join('\n')

/** What a text holds, and what is said of it. */
const MISTAKES: readonly (readonly [name: string, text: string, ...said: readonly string[]])[] = [
  ['nothing', '', '1:1: the file is empty'],
  ['comments alone', '# nothing\n', '1:1: the file is empty'],
  ['a scalar', 'hello\n', '1:1: the file must be a mapping'],
  ['a list', '- a\n', '1:1: the file must be a mapping'],
  ['a key twice', 'version: 1\nversion: 1\n', '2:1: the key "version" is there twice'],
  ['a key twice, once in quotes', '"a": 1\na: 1\n', '2:1: the key "a" is there twice'],
  ['a nested key twice', 'a:\n  b: 1\n  b: 2\n', '3:3: the key "b" is there twice'],
  ['two documents', 'version: 1\n---\nversion: 1\n', '2:1: the file holds a second document'],
  ['a number as a key', '1: x\n', '1:1: keys must be strings: put 1 in quotes'],
  ['true as a key', 'true: x\n', '1:1: keys must be strings: put true in quotes'],
  ['a list as a key', '? [a]\n: x\n', '1:3: keys must be strings: put [...] in quotes'],
  ['no key', ': x\n', '1:1: a key is missing'],
  ['a merge key', 'a: &a {b: 1}\n<<: *a\n', '2:1: merge keys (<<) are not supported'],
  ['__proto__', '__proto__: {a: 1}\n', '1:1: the key "__proto__" is not allowed'],
  ['a tag', 'a: !secret x\n', '1:12: tags such as !secret are not supported'],
  ['a directive', '%YAML 1.1\n---\na: yes\n', '1:1: YAML directives (%YAML) are not supported'],
  ['an alias bomb', bomb, '5:8: aliases add more than 10000 values'],
  ['an alias within itself', 'a: &a [*a]\n', '1:7: nesting is deeper than 64 levels'],
  ['an alias of nothing', 'a: *b\n', '1:4: alias *b has no anchor before it'],
  ['65 levels', `a: ${'['.repeat(65)}${']'.repeat(65)}`, '1:68: nesting is deeper than 64 levels'],
  ['levels without end', '['.repeat(100_000), '1:1: the YAML is nested too deeply'],
  [
    'an inexact number',
    'a: 9007199254740993\n',
    '1:4: the number is too large to be exact: put it in quotes',
  ],
  ['infinity', 'a: .inf\n', '1:4: the number is not finite'],
  ['a tab', 'a:\n\tb: 1\n', '2:1: tabs are not allowed as indentation'],
  ['a colon too many', 'a: b: c\n', '1:4: nested mappings are not allowed in compact mappings'],
  ['an open quote', "a: 'x\n", '2:1: missing closing quote'],
  [
    'an open bracket',
    'a: [x\nb: 1\n',
    '2:1: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['NUL', 'a: "\0"\n', '1:5: the character U+0000 is not allowed'],
  ['a bidirectional override', 'a: x # \u202Eb\n', '1:8: the character U+202E is not allowed'],
  ['a zero-width space', 'a: x\u200By\n', '1:5: the character U+200B is not allowed'],
  [
    'two mistakes',
    'a: 1\na: 2\nb: .nan\n',
    '2:1: the key "a" is there twice',
    '3:4: the number is not finite',
  ],
]

for (const [name, text, ...said] of MISTAKES)
  test(`${name} is refused`, () => {
    const expected = said.map((message) => `policy.yaml:${message}`)
    assert.deepEqual(complaints(text), expected)
  })

test('aliases in measure stand for what they name', () => {
  const text = 'version: 1\nproviders: &none []\ngrants: *none\n'
  assert.deepEqual(complaints(text), [])
})
