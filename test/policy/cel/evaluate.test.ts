import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, bindClaims, compileCondition } from '../../../shared/policy/cel/compile.ts'
import type { Claims } from '../../../shared/domain/claims.ts'
import type { Bindings } from '../../../shared/domain/condition.ts'

const CLAIMS: Claims = {
  sub: 'repo:acme/app:ref:refs/heads/main',
  ref: 'refs/heads/main',
  groups: ['admins', 'devs'],
  level: 3,
  ratio: 1.5,
  iat: 1_750_000_000,
  active: true,
  nothing: null,
  nested: { deep: { list: [1, null, 'x'] }, gone: null },
  'https://example.com/tenant': 'acme',
  'content-type': 'jwt',
  constructor: 'own',
}

const BINDINGS = bind(
  bindClaims(CLAIMS),
  { subject: 'acme/app', groups: ['ops'] },
  new Map([['repository', 'acme/app']]),
)

const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  "Google's operators and functions": [
    "assertion.ref == 'refs/heads/main' && assertion.level >= 3",
    "assertion.ref != 'x' || false",
    "assertion.active ? assertion.ref.startsWith('refs/') : false",
    "'admins' in assertion.groups && !('x' in assertion.groups)",
    "assertion.groups[1] == 'devs'",
    "assertion['https://example.com/tenant'] == 'acme'",
    "assertion.ref.contains('heads') && assertion.ref.endsWith('/main')",
    "assertion.ref.matches('^refs/heads/(main|release/.*)$')",
    "assertion.sub.extract('repo:{repository}:') == 'acme/app'",
    "assertion.sub.split(':') == ['repo', 'acme/app', 'ref', 'refs/heads/main']",
    "assertion.groups.join(',') == 'admins,devs' && assertion.groups.join() == 'adminsdevs'",
    "'ABC-É'.lowerAscii() == 'abc-É'",
    "google.subject == attribute.repository && 'ops' in google.groups",
    'type(assertion.ref) == string && type(assertion.level) == double',
    "assertion.ref == 'refs/heads/main' // the branch that ships",
  ],
  macros: [
    'assertion.groups.all(g, g.size() >= 4)',
    "assertion.groups.exists(g, g == 'devs')",
    "assertion.groups.exists_one(g, g.startsWith('a'))",
    "assertion.groups.filter(g, g != 'devs') == ['admins']",
    "assertion.groups.map(g, 'g:' + g) == ['g:admins', 'g:devs']",
    "assertion.groups.map(g, g != 'devs', size(g)) == [6]",
    "assertion.nested.all(name, name in ['deep', 'gone'])",
    "assertion.groups.all(a, ['x', a].exists(b, b == a))",
    '[1, 2].map(x, [x]).map(l, l + l) == [[1, 1], [2, 2]]',
  ],
  'null claims, which are there': [
    'has(assertion.nothing)',
    "'nothing' in assertion",
    'assertion.nothing == null',
    'has(assertion.nested.gone)',
    'assertion.nested.deep.list[1] == null && null in assertion.nested.deep.list',
    "has({'a': null}.a) && 'a' in {'a': null}",
    "[{'a': null}].all(m, has(m.a))",
  ],
  'absent claims': [
    '!has(assertion.missing)',
    "!('missing' in assertion)",
    '!has(assertion.nested.missing)',
  ],
  'numbers, which are doubles': [
    'assertion.level == 3 && assertion.level == 3.0 && assertion.level == 3u',
    'assertion.level in [1, 2, 3] && assertion.level < 4 && assertion.level > 2.5',
    'assertion.level + 1.0 == 4.0 && int(assertion.level) + 1 == 4',
    "string(assertion.iat) == '1750000000'",
    "string(assertion.ratio) == '1.5' && string(assertion.level) == '3'",
    'int(assertion.ratio) == 1',
  ],
  conversions: [
    "int('-42') == -42 && uint('42') == 42u && double('1e3') == 1000.0",
    "int('9223372036854775807') == 9223372036854775807",
    "timestamp(1750000000) == timestamp('2025-06-15T15:06:40Z')",
    "timestamp(int(assertion.iat)) < timestamp('2026-01-01T00:00:00Z')",
    "timestamp(60) - timestamp(0) == duration('1m')",
    "string(true) == 'true' && bool('true') && string(b'abc') == 'abc'",
  ],
  'split with a limit': [
    "'a,b,c'.split(',', 2) == ['a', 'b,c']",
    "'a,b,c'.split(',', 1) == ['a,b,c']",
    "'a,b,c'.split(',', 0) == []",
    "'a,b,c'.split(',', -1) == ['a', 'b', 'c'] && 'a,b'.split(',', 9) == ['a', 'b']",
    "'a😀'.split('') == ['a', '😀']",
  ],
  'texts by code points': ["size('😀é') == 2 && '😀'.size() == 1", "'😀'.matches('^.$')"],
}

for (const [title, sources] of Object.entries(CONDITIONS)) {
  test(`conditions evaluate ${title}`, () => {
    for (const source of sources) {
      assert.equal(compileCondition(source).test(BINDINGS), true, source)
    }
  })
}

const ERRORS: readonly (readonly [source: string, error: RegExp])[] = [
  ["assertion.missing == 'x'", /^field not found: missing$/],
  ["assertion.nested.missing.deeper == 'x'", /^field not found: missing$/],
  ["assertion['missing'] == 'x'", /^field not found: missing$/],
  ["assertion.ref.name == 'x'", /^field not found: name$/],
  ["attribute.missing == 'x'", /^field not found: missing$/],
  ["assertion.groups[2] == 'x'", /out of bounds/],
  ["assertion.groups[-1] == 'x'", /out of bounds/],
  ["assertion.groups[assertion.active] == 'devs'", /indexed by an integer/],
  ["assertion.groups[assertion.ratio] == 'devs'", /indexed by an integer/],
  ['assertion.level + 1 == 4', /no matching overload/],
  ["assertion.level.startsWith('3')", /no matching overload/],
  ['!assertion.ref', /no matching overload/],
  ["int('') == 0", /not an integer/],
  ["int('0x10') == 16", /not an integer/],
  ["int(' 1') == 1", /not an integer/],
  ["int('1.0') == 1", /not an integer/],
  ["int('9223372036854775808') == 0", /out of range/],
  ["uint('-1') == 0u", /not an integer/],
  ["double('') == 0.0", /not a number/],
  ["double(' 1') == 1.0", /not a number/],
  ["double('0x10') == 16.0", /not a number/],
  ["double('1e999') > 1.0", /out of range/],
  ['timestamp(253402300800) > timestamp(0)', /out of range/],
  ["timestamp('yesterday') > timestamp(0)", /timestamp/],
  ["assertion.nested.deep.list.join(',') == 'x'", /needs a list of strings/],
  ['assertion.ref', /the result must be a bool, this is string/],
  ['assertion.level', /the result must be a bool, this is double/],
  ['assertion.nothing', /the result must be a bool, this is null_type/],
  ['assertion.missing', /^field not found: missing$/],
  ["{0: 'a', 0u: 'b'}[0] == 'a'", /map key conflict/],
]

test('what cannot be evaluated is an error, never true and never false', () => {
  for (const [source, error] of ERRORS) {
    const verdict = compileCondition(source).test(BINDINGS)
    assert.ok(typeof verdict === 'object', source)
    assert.match(verdict.error, error, source)
  }
})

test('an unset subject, and unset attributes, are errors to read', () => {
  const unset = bind(bindClaims(CLAIMS), {}, new Map())
  for (const source of ["google.subject == ''", 'google.groups == []', "attribute.a == ''"]) {
    const verdict = compileCondition(source).test(unset)
    assert.ok(typeof verdict === 'object' && verdict.error.startsWith('field not found'), source)
  }
  assert.equal(compileCondition('has(google.subject) || has(attribute.a)').test(unset), false)
})

test('bindings that are none of ours are errors, not exceptions', () => {
  const foreign = { assertion: { ref: 'x' }, google: undefined, attribute: null }
  for (const source of ["assertion.ref == 'x'", "google.subject == 'x'", "attribute.a == 'x'"]) {
    const verdict = compileCondition(source).test(foreign)
    assert.ok(typeof verdict === 'object' && verdict.error !== '', source)
  }
})

test('an operand of || or && that settles the matter absorbs an error on the other side', () => {
  for (const source of ["assertion.missing == 'x' || true", "true || assertion.missing == 'x'"]) {
    assert.equal(compileCondition(source).test(BINDINGS), true, source)
  }
  assert.equal(compileCondition("assertion.missing == 'x' && false").test(BINDINGS), false)
  for (const source of ["assertion.missing == 'x' || false", "assertion.missing == 'x' && true"]) {
    assert.ok(typeof compileCondition(source).test(BINDINGS) === 'object', source)
  }
})

function bindingsOfGroups(groups: readonly string[]): Bindings {
  return bind(bindClaims({ groups }), {}, new Map())
}

test('one compiled condition serves many requests without a memory of them', () => {
  const condition = compileCondition("assertion.groups.map(g, g + 'x').exists(g, g == 'ax')")
  for (let round = 0; round < 3; round += 1) {
    assert.equal(condition.test(bindingsOfGroups(['a', 'b'])), true)
    assert.equal(condition.test(bindingsOfGroups(['b'])), false)
  }
})
