import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVALUATION_UNITS, EXHAUSTED } from '../../../shared/policy/cel/budget.ts'
import { bind, bindClaims, compileCondition } from '../../../shared/policy/cel/compile.ts'
import { compilePattern } from '../../../shared/policy/cel/patterns.ts'
import type { Claims } from '../../../shared/domain/claims.ts'
import type { Bindings } from '../../../shared/domain/condition.ts'
import { processorTime } from '../../support/processor-time.ts'

/** Generous: nothing here takes a tenth of it on a slow machine. */
const SECONDS = 5000

const CLAIMS: Claims = {
  long: 'x'.repeat(12_000),
  ab: 'ab'.repeat(500),
  dashes: 'a-'.repeat(500),
  numbers: Array.from({ length: 6000 }, () => 1),
  some: Array.from({ length: 3000 }, () => 1),
  names: Array.from({ length: 900 }, (_, index) => `group-${index}`),
}
const BINDINGS = bind(bindClaims(CLAIMS), {}, new Map())

test('an honest policy over a long list stays within the budget', () => {
  for (const source of [
    "assertion.names.exists(g, g == 'group-899')",
    "assertion.names.filter(g, g.startsWith('group-8')).map(g, g.extract('-{n}')).size() == 111",
    "assertion.names.all(g, g.matches('^group-[0-9]{1,3}$'))",
    "['group-1', 'group-2', 'group-899'].all(g, g in assertion.names)",
    'size(assertion.some.map(n, string(n))) == 3000',
  ]) {
    assert.equal(compileCondition(source).test(BINDINGS), true, source)
  }
})

function doubled(start: string, times: number, step: string): string {
  return start + `.map(a, ${step})`.repeat(times)
}

const GREEDY: Readonly<Record<string, string>> = {
  'loops within loops': 'assertion.numbers.all(a, assertion.numbers.all(b, a == b))',
  'an error that || absorbs':
    'assertion.numbers.all(a, assertion.numbers.all(b, a == b || true)) || true',
  'a text that doubles': `${doubled('[assertion.long]', 50, 'a + a')}.exists(a, a.contains('y'))`,
  'bytes that double': `${doubled("[b'x']", 50, 'a + a')}.size() == 1`,
  'a list that doubles': `${doubled('[[1]]', 50, 'a + a')}.size() == 1`,
  'a list in lists, compared': `${doubled('[1]', 30, '[a, a]')} == ${doubled('[1]', 30, '[a, a]')}`,
  'a list in lists, looked for': `${doubled('[1]', 30, '[a, a]')} in [${doubled('[1]', 30, '[a, a]')}]`,
  'long texts cut up': "assertion.numbers.all(n, assertion.long.split('').size() > 1)",
  'long texts measured': 'assertion.numbers.all(n, size(assertion.long) > 1)',
  'long texts searched': "assertion.numbers.all(n, !assertion.long.contains('y'))",
  'long texts lowered': "assertion.numbers.all(n, assertion.long.lowerAscii() != 'y')",
  'texts matched': "assertion.numbers.all(n, assertion.ab.matches('.{500}.{500}'))",
  'a costly pattern, a few times':
    "assertion.names.exists(n, (n + assertion.dashes).matches('^.*-[a-z0-9-]{40}-[a-z0-9-]{40}!$'))",
  'long bodies of loops': `assertion.numbers.all(n, ${'n == n && '.repeat(20)}true)`,
  'maps made': "assertion.numbers.all(n, {'a': n, 'b': n, 'c': n}.size() == 3)",
  'bytes made': 'assertion.numbers.all(n, size(bytes(assertion.long)) > 1)',
  'errors absorbed': "assertion.numbers.all(n, assertion.long.matches('x') || true)",
}

for (const [title, source] of Object.entries(GREEDY)) {
  test(`${title}: an error, soon`, () => {
    const condition = compileCondition(source)
    const start = processorTime()
    assert.deepEqual(condition.test(BINDINGS), { error: EXHAUSTED })
    assert.ok(processorTime() - start < SECONDS)
  })
}

function bindingsOfOnes(count: number): Bindings {
  return bind(bindClaims({ n: Array.from({ length: count }, () => 1) }), {}, new Map())
}

test('the budget is for each evaluation anew', () => {
  const condition = compileCondition('assertion.n.all(a, assertion.n.all(b, a == b))')
  const side = Math.floor(Math.sqrt(EVALUATION_UNITS / 3)) - 10
  assert.equal(condition.test(bindingsOfOnes(side)), true)
  assert.deepEqual(condition.test(bindingsOfOnes(side + 20)), { error: EXHAUSTED })
  assert.equal(condition.test(bindingsOfOnes(side)), true)
})

test('an explanation of a greedy condition ends as well', () => {
  const start = processorTime()
  const node = compileCondition(GREEDY['loops within loops'] ?? '').expression.explain(BINDINGS)
  assert.equal(node.error, EXHAUSTED)
  assert.ok(processorTime() - start < SECONDS)
})

test('patterns take time in proportion to the text, whatever they say', () => {
  const start = processorTime()
  const claims = { a: `${'a'.repeat(30)}!`, b: `${'a'.repeat(1000)}!` }
  const bindings = bind(bindClaims(claims), {}, new Map())
  for (const pattern of ['^(a+)+$', '^(a|aa)*$', '(a*)*b', '^(a|a?)+$', '(.*)(.*)(.*)[0-9]$']) {
    const verdict = compileCondition(
      `assertion.a.matches('${pattern}') || assertion.b.matches('${pattern}')`,
    ).test(bindings)
    assert.equal(verdict, false, pattern)
  }
  assert.ok(processorTime() - start < SECONDS)
})

function bindingsOfText(length: number): Bindings {
  return bind(bindClaims({ a: 'a'.repeat(length) }), {}, new Map())
}

test('a text of more than 1,024 characters is not matched: an error, which denies', () => {
  const error = { error: 'matches() takes at most 1024 characters, this text has 1025' }
  for (const source of ["assertion.a.matches('^a+$')", "!assertion.a.matches('b')"]) {
    const condition = compileCondition(source)
    assert.equal(condition.test(bindingsOfText(1024)), true, source)
    assert.deepEqual(condition.test(bindingsOfText(1025)), error, source)
  }
})

test('a pattern outlives texts that would fill its memory', () => {
  const pattern = compilePattern('[ab]*a[ab]{11}$')
  let seed = 7
  const letter = (): string => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % 3 === 0 ? 'a' : 'b'
  }
  for (let round = 0; round < 20; round += 1) {
    const text = Array.from({ length: 3000 }, letter).join('')
    assert.equal(pattern.test(text), text.at(-12) === 'a')
  }
})

test('long chains of operators are evaluated, or refused at load', () => {
  const chain = `${"assertion.long != 'x' && ".repeat(150)}true`
  assert.equal(compileCondition(chain).test(BINDINGS), true)
  assert.equal(compileCondition(`${'!'.repeat(4000)}true`).test(BINDINGS), true)
  assert.throws(() => compileCondition(`1${' + 1'.repeat(900)} == 901`), /nested beyond/)
})
