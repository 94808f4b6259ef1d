import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compileCondition,
  compileExpression,
  ExpressionError,
} from '../../../shared/policy/cel/compile.ts'

type Row = readonly [source: string, place: string, message: string]

function assertRefused(compile: () => unknown, place: string, message: string): void {
  assert.throws(compile, (error) => {
    assert.ok(error instanceof ExpressionError)
    assert.equal(`${error.line}:${error.column}: ${error.message}`, `${place}: ${message}`)
    return true
  })
}

const HAS_FORM =
  "`has` is written has(assertion.claim); for a name that is no word, 'claim' in assertion"

const CONDITIONS: Readonly<Record<string, readonly Row[]>> = {
  'that do not parse': [
    ['', '1:1', 'there is no expression'],
    [' \n ', '1:1', 'there is no expression'],
    ["assertion.a = 'x'", '1:13', 'syntax error at `=`, did you mean `==`?'],
    ["true\n  and assertion.b == 'y'", '2:3', 'syntax error at `and`, did you mean `&&`?'],
    ['assertion.`a-b` == 1', '1:10', 'syntax error at `.`'],
    ['assertion.in == 1', '1:11', 'syntax error at `in`'],
    ['Message{}.a', '1:1', 'messages cannot be made here'],
    ['9223372036854775808 == 1', '1:1', 'the number is out of range'],
    ['18446744073709551616u == 1u', '1:1', 'the number is out of range'],
  ],
  'with brackets and texts left open': [
    ['(true && (false)', '1:1', '`(` is not closed'],
    ["assertion.a.contains('x'", '1:21', '`(` is not closed'],
    ['true)', '1:5', '`)` closes nothing'],
    ['[1}', '1:3', '`}` closes nothing'],
    ["assertion.a == '(", '1:16', 'the text is not closed'],
    ["assertion.a == 'x\n'", '1:16', 'the text is not closed'],
    ["true || assertion.a == '''x''", '1:24', 'the text is not closed'],
  ],
  'with escapes that are none': [
    [String.raw`assertion.a.matches('\d+')`, '1:22', "`\\d` is no escape, write `\\\\d` or r'...'"],
    [String.raw`assertion.a == '\u00'`, '1:17', "`\\u` is no escape, write `\\\\u` or r'...'"],
  ],
  'with unknown names': [
    ["claims.a == 'x'", '1:1', 'unknown name `claims`'],
    ["constructor == 'x'", '1:1', 'unknown name `constructor`'],
    ['assertion.g.all(x.y, true)', '1:17', 'unknown name `x`'],
    ['assertion.g.all(x, true) && x', '1:29', 'unknown name `x`'],
    ["google.email == 'x'", '1:8', 'google has only `subject` and `groups`'],
    ["google['email'] == 'x'", '1:7', 'google has only `subject` and `groups`'],
    ['has(google.email)', '1:1', 'google has only `subject` and `groups`'],
    ['assertion.g.all(google, true)', '1:13', 'the variable `google` of `all` hides another name'],
    ['assertion.g.all(string, true)', '1:13', 'the variable `string` of `all` hides another name'],
  ],
  'with functions that Google does not have': [
    ["assertion.a.replace('a', 'b') == 'c'", '1:13', 'unknown function `replace`'],
    ["assertion.a.upperAscii() == 'c'", '1:13', 'unknown function `upperAscii`'],
    ["assertion.a.substring(1) == 'c'", '1:13', 'unknown function `substring`'],
    ["assertion.a.indexOf('x') == 1", '1:13', 'unknown function `indexOf`'],
    ["inIpRange(assertion.a, '10.0.0.0/8')", '1:1', 'unknown function `inIpRange`'],
    ["'%s'.format([1]) == ''", '1:6', 'unknown function `format`'],
    ['timestamp(0).getHours() == 0', '1:14', 'unknown function `getHours`'],
    [
      "assertion.a\n  .startswith('x')",
      '2:4',
      'unknown function `startswith`, did you mean `startsWith`?',
    ],
    [
      'assertion.g.existsOne(a, a)',
      '1:13',
      'unknown function `existsOne`, did you mean `exists_one`?',
    ],
  ],
  'that call a function wrongly': [
    ['assertion.a.contains()', '1:13', '`contains` takes 1 argument(s), not 0'],
    ["assertion.a.split(',', 1, 2) == []", '1:13', '`split` takes 1 or 2 argument(s), not 3'],
    ["contains(assertion.a, 'x')", '1:1', '`contains` is called as value.contains(...)'],
    ["assertion.a.string() == 'x'", '1:13', '`string` is called as string(...)'],
    ['assertion.a.contains(1)', '1:13', '`contains` does not work with dyn, int'],
    ["size(1) == 1 || 'x' == ''", '1:1', '`size` does not work with int'],
    ["[1, 2].join(',') == ''", '1:8', '`join` does not work with list of int, string'],
    ['timestamp(1.5) == timestamp(1)', '1:1', '`timestamp` does not work with double'],
    ['has(assertion)', '1:1', HAS_FORM],
    ["has(assertion['a'])", '1:1', HAS_FORM],
    ['has(assertion.a, assertion.b)', '1:1', HAS_FORM],
    ["assertion.g.all('x', true)", '1:13', '`all` is written list.all(x, condition)'],
    ['assertion.g.filter(x) == []', '1:20', 'unknown name `x`'],
  ],
  'with a pattern or a template that is settled too late or never': [
    [
      'assertion.a.matches(assertion.b)',
      '1:31',
      'the argument of `matches` must be a literal text',
    ],
    ["assertion.a.matches('a' + 'b')", '1:25', 'the argument of `matches` must be a literal text'],
    ["assertion.a.matches('(')", '1:21', 'error parsing regexp: missing closing ): `(`'],
    [
      "assertion.a.matches('(?=a)')",
      '1:21',
      'error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
    ],
    ["assertion.a.matches('''a\n(''')", '1:21', 'error parsing regexp: missing closing ): `a (`'],
    ["assertion.a.extract('x') == ''", '1:21', 'a template holds exactly one {name}'],
    ["assertion.a.extract('{a}/{b}') == ''", '1:21', 'a template holds exactly one {name}'],
    [
      "assertion.a.extract(assertion.b) == ''",
      '1:31',
      'the argument of `extract` must be a literal text',
    ],
  ],
  'whose types never fit': [
    ["1 == 'a'", '1:3', 'int and string are never equal'],
    ['attribute.level == 3', '1:17', 'string and int are never equal'],
    ["google.groups == 'admins'", '1:15', 'list of string and string are never equal'],
    ["'a' in 'abc'", '1:5', '`in` needs a list or a map on its right, this is string'],
    ["1 in ['a', 'b']", '1:3', 'int is never in a list of string'],
    ["!'a'", '1:1', '`!` does not work with string'],
    ["'a' + 1 == 'a1'", '1:5', '`+` does not work with string and int'],
    ["true && 'a'", '1:9', '`&&` needs bool, this is string'],
    ["'a' ? true : false", '1:1', '`?:` needs bool, this is string'],
    ["['a'][true] == 'a'", '1:6', 'list of string is not indexed by bool'],
    ["['a']['b'] == 'a'", '1:6', 'list of string has no field `b`'],
    ["1[0] == 'a'", '1:2', 'int has no elements'],
    ["'a'.b == 'a'", '1:5', 'string has no field `b`'],
    ["{1.5: 'a'} == {}", '1:2', 'double is not a key of a map'],
    ["'abc'.all(c, true)", '1:7', '`all` needs a list or a map, this is string'],
    ["assertion.g.exists(g, 'x')", '1:23', '`exists` needs a bool, this is string'],
    ["assertion.g.map(g, 'x', g) == []", '1:20', '`map` needs a bool, this is string'],
    ["assertion.a.split(',').exists(x, x == 1)", '1:36', 'string and int are never equal'],
  ],
  'that cannot be a bool': [
    ["'x'", '1:1', 'the result must be a bool, this is string'],
    ['size(assertion.a)', '1:1', 'the result must be a bool, this is int'],
    ['assertion.a ? 1 : 2', '1:1', 'the result must be a bool, this is int'],
    ['assertion.g.map(x, x)', '1:13', 'the result must be a bool, this is list'],
    ["assertion.a.extract('{a}')", '1:13', 'the result must be a bool, this is string'],
  ],
  'that are too large': [
    [`assertion.a == '${'x'.repeat(4080)}'`, '1:1', '4097 characters, at most 4096 are allowed'],
    [`${'('.repeat(65)}true${')'.repeat(65)}`, '1:65', 'nested too deeply'],
    [`${'true ? true : '.repeat(64)}true`, '1:883', 'nested beyond 64 levels'],
    [
      'assertion.g.all(a, assertion.g.all(b, assertion.g.all(c, true)))',
      '1:51',
      'macros nest beyond 2 levels',
    ],
  ],
}

for (const [title, rows] of Object.entries(CONDITIONS)) {
  test(`conditions ${title} are refused at load, with the place`, () => {
    for (const [source, place, message] of rows) {
      assertRefused(() => compileCondition(source), place, message)
    }
  })
}

test('a limit counts characters, not UTF-16 units', () => {
  const limits = { maxLength: 3 }
  assert.equal(compileExpression("'😀'", 'string', [], limits).source, "'😀'")
  assertRefused(
    () => compileExpression("'😀😀'", 'string', [], limits),
    '1:1',
    '4 characters, at most 3 are allowed',
  )
})

test('an expression reads only the variables that it is given', () => {
  assertRefused(
    () => compileExpression('google.subject', 'string', ['assertion'], { maxLength: 2048 }),
    '1:1',
    '`google` cannot be read here',
  )
})

test('an expression whose result has the wrong type is refused', () => {
  const limits = { maxLength: 2048 }
  assertRefused(
    () => compileExpression('1 + 1', 'string', ['assertion'], limits),
    '1:3',
    'the result must be a string, this is int',
  )
  assertRefused(
    () => compileExpression("assertion.a.split(',')", 'string', ['assertion'], limits),
    '1:13',
    'the result must be a string, this is list of string',
  )
  assertRefused(
    () => compileExpression('[1, 2]', 'string-or-list', ['assertion'], limits),
    '1:1',
    'the result must be a string or a list of strings, this is list of int',
  )
})
