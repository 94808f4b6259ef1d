import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical, escapeInvisible } from '../../shared/audit/canonical.ts'

const CASES: readonly (readonly [claim: string, value: unknown, text: string])[] = [
  [
    'keys are sorted at every depth',
    { b: 1, a: { d: [{ f: 1, e: 2 }], c: 3 } },
    '{"a":{"c":3,"d":[{"e":2,"f":1}]},"b":1}',
  ],
  [
    'keys are sorted by code unit',
    { é: 1, z: 2, Z: 3, _: 4, a_b: 5, ab: 6 },
    '{"Z":3,"_":4,"a_b":5,"ab":6,"z":2,"é":1}',
  ],
  ['absent members are left out', { a: undefined, b: 1 }, '{"b":1}'],
  ['numbers are written as ECMAScript does', [1e21, 0.1, -0, 1000], '[1e+21,0.1,0,1000]'],
  ['line and paragraph separators are escaped', 'a\u2028b\u2029c', '"a\\u2028b\\u2029c"'],
  ['terminal escapes are escaped', '\u001b[31mred\u009b', '"\\u001b[31mred\\u009b"'],
  ['marks that turn the direction of text are escaped', '\u202eabc\u2066', '"\\u202eabc\\u2066"'],
  ['zero-width characters are escaped', 'a\u200bb\ufeff', '"a\\u200bb\\ufeff"'],
  ['lone surrogates are escaped', '\ud800', '"\\ud800"'],
]

for (const [claim, value, text] of CASES) {
  test(claim, () => assert.equal(canonical(value), text))
}

test('escaping leaves the value as it was', () => {
  const value = { text: '\u0000\u007f\u2028\u202e\ufeff é 日本 😀' }
  assert.deepEqual(JSON.parse(escapeInvisible(JSON.stringify(value))), value)
})
