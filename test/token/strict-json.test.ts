import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as assertAll, json, nat, property, string, tuple } from 'fast-check'
import { parseStrictObject, type JsonRules } from '../../shared/token/strict-json.ts'
import { reasonOf, refusalOf } from '../support/refusals.ts'
import { processorTime } from '../support/processor-time.ts'

/** Each breach has a reason of its own here, so that none stands in for another. */
const RULES: JsonRules = {
  maxDepth: 4,
  maxMembers: 6,
  maxItems: 5,
  reasons: {
    form: 'request',
    depth: 'claims_depth',
    size: 'claims_size',
    duplicate: (name) => (name === 'crit' ? 'crit' : 'json_duplicate'),
    number: (member) => (member === 'exp' ? 'time' : 'claims'),
  },
}

function parse(text: string | Uint8Array, rules = RULES) {
  return parseStrictObject(Buffer.from(text), rules)
}

const REFUSED: readonly (readonly [reason: string, text: string | Uint8Array])[] = [
  ['request', ''],
  ['request', ' '],
  ['request', '[]'],
  ['request', '"a"'],
  ['request', '1'],
  ['request', 'null'],
  ['request', '{'],
  ['request', '{"a"'],
  ['request', '{"a":'],
  ['request', '{"a":1'],
  ['request', '{"a":1,'],
  ['request', '{"a":1,}'],
  ['request', '{,}'],
  ['request', '{a:1}'],
  ['request', "{'a':1}"],
  ['request', '{"a" 1}'],
  ['request', '{"a":}'],
  ['request', '{"a":[1,]}'],
  ['request', '{"a":[,1]}'],
  ['request', '{"a":[1 2]}'],
  ['request', '{"a":[1}'],
  ['request', '{"a":1]'],
  ['request', '{"a":1}{}'],
  ['request', '{"a":1}x'],
  ['request', '{"a":1}\0'],
  ['request', '\uFEFF{}'],
  ['request', '\u00A0{}'],
  ['request', '{}\u2028'],
  ['request', '{\v}'],
  ['request', '{"a":01}'],
  ['request', '{"a":+1}'],
  ['request', '{"a":-}'],
  ['request', '{"a":.5}'],
  ['request', '{"a":1.}'],
  ['request', '{"a":1e}'],
  ['request', '{"a":0x1}'],
  ['request', '{"a":1_0}'],
  ['request', '{"a":NaN}'],
  ['request', '{"a":Infinity}'],
  ['request', '{"a":-Infinity}'],
  ['request', '{"a":True}'],
  ['request', '{"a":tru}'],
  ['request', '{"a":truex}'],
  ['request', '{"a":nul'],
  ['request', '{"a":undefined}'],
  ['request', '{"a":"b}'],
  ['request', '{"a":"b\\"}'],
  ['request', '{"a":"\n"}'],
  ['request', '{"a":"\t"}'],
  ['request', '{"a":"\0"}'],
  ['request', '{"a":"\\x41"}'],
  ['request', '{"a":"\\u12"}'],
  ['request', '{"a":"\\u{41}"}'],
  ['request', '{"a":"\\'],
  ['request', '{"a":1/**/}'],
  ['request', '{"a":"\\ud800"}'],
  ['request', '{"a":"\\udc00\\ud800"}'],
  ['request', '{"\\ud800":1}'],
  ['request', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['request', Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ['request', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ['request', Buffer.from('{"a":1}', 'utf16le')],
  ['request', '{"__proto__":1}'],
  ['request', '{"constructor":1}'],
  ['request', '{"prototype":1}'],
  ['request', '{"a":{"__proto__":{}}}'],
  ['request', '{"\\u005f\\u005fproto__":1}'],
  ['json_duplicate', '{"a":1,"a":1}'],
  ['json_duplicate', '{"a":1,"b":2,"\\u0061":1}'],
  ['json_duplicate', '{"":1,"":1}'],
  ['json_duplicate', '{"b":[{"a":1,"a":1}]}'],
  ['crit', '{"crit":1,"crit":1}'],
  ['claims_depth', '{"a":{"a":{"a":{"a":{}}}}}'],
  ['claims_depth', '{"a":[[[[]]]]}'],
  ['claims_size', '{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1}'],
  ['claims_size', '{"a":1,"b":1,"c":1,"d":{"e":1,"f":1,"g":1}}'],
  ['claims_size', '{"a":[1,2,3,4,5,6]}'],
  ['claims', '{"a":9007199254740992}'],
  ['claims', '{"a":-9007199254740993}'],
  ['claims', '{"a":1e999}'],
  ['claims', '{"a":{"exp":1e999}}'],
  ['time', '{"exp":1e999}'],
  ['time', '{"exp":[-1e999]}'],
]

for (const [reason, text] of REFUSED) {
  const shown = JSON.stringify(Buffer.from(text).toString('latin1'))
  test(`${shown}: ${reason}`, () => {
    assert.equal(
      reasonOf(() => parse(text)),
      reason,
    )
  })
}

const ACCEPTED: readonly (readonly [text: string, value: unknown])[] = [
  ['{}', {}],
  [' \t\r\n{ \n} \r', {}],
  ['{ "a" : [ 1 , "b" , true , false , null ] }', { a: [1, 'b', true, false, null] }],
  ['{"":""}', { '': '' }],
  ['{"a":{"a":{"a":[]}}}', { a: { a: { a: [] } } }],
  ['{"a":9007199254740991,"b":-9007199254740991}', { a: 2 ** 53 - 1, b: 1 - 2 ** 53 }],
  ['{"a":1.5e3,"b":-0.25,"c":1E+2,"d":1e-2}', { a: 1500, b: -0.25, c: 100, d: 0.01 }],
  ['{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"}', { a: '"\\/\b\f\n\r\t\u00E9' }],
  ['{"a":"\\ud83d\\ude00","b":"\u{1F600}"}', { a: '\u{1F600}', b: '\u{1F600}' }],
  ['{"a":"\\\\","b":"\\\\\\""}', { a: '\\', b: '\\"' }],
  ['{"\u00E9":1,"e\u0301":2}', { '\u00E9': 1, 'e\u0301': 2 }],
  ['{"toString":1,"hasOwnProperty":2}', { toString: 1, hasOwnProperty: 2 }],
]

for (const [text, value] of ACCEPTED) {
  test(`${JSON.stringify(text)} is read`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(parse(text))), value)
  })
}

test('no object of the result has a prototype', () => {
  const { a } = parse('{"a":{"b":1}}')
  assert.equal(Object.getPrototypeOf(parse('{}')), null)
  assert.equal(Object.getPrototypeOf(a), null)
})

test('a refusal quotes nothing of the text', () => {
  const texts = ['{"secret":"\\x"}', '{"secret":secret}', '{"secret":1,"secret":1}', '{"secret"']
  for (const text of texts) {
    const refusal = refusalOf(() => parse(text))
    assert.ok(refusal)
    assert.doesNotMatch(refusal.message, /secret/)
    assert.equal(refusal.cause, undefined)
  }
})

test('depth is refused where it begins, however deep the text goes on', () => {
  const deep = Buffer.from(`{"a":${'['.repeat(1_000_000)}`)
  const started = processorTime()
  assert.equal(
    reasonOf(() => parse(deep)),
    'claims_depth',
  )
  assert.ok(processorTime() - started < 1000)
})

test('a text of 64 KiB takes no time that anybody notices', () => {
  const generous = { ...RULES, maxDepth: 32, maxMembers: 100_000, maxItems: 100_000 }
  const unit = '"\\u0041\\\\'
  const texts = [
    `{"a":"${'\\"'.repeat(32_000)}"}`,
    `{"a":"${'\\'.repeat(65_000)}`,
    `{"a":${'1'.repeat(65_000)}}`,
    `{"a":[${'0,'.repeat(32_000)}0]}`,
    `{"a":[${`${unit}",`.repeat(6000)}0]}`,
    `{${Array.from({ length: 6000 }, (_, index) => `"c${index}":0`).join()}}`,
    ' '.repeat(65_000),
  ]
  const started = processorTime()
  for (const text of texts) reasonOf(() => parse(text, generous))
  assert.ok(processorTime() - started < 1000)
})

test('what it accepts, JSON.parse reads the same; what JSON.parse refuses, it refuses', () => {
  const generous = { ...RULES, maxDepth: 64, maxMembers: 10_000, maxItems: 10_000 }
  const mutated = tuple(
    json({ maxDepth: 4 }),
    nat(),
    string({ maxLength: 3 }),
    nat({ max: 2 }),
  ).map(([text, at, insert, drop]) => {
    const object = `{"a":${text}}`
    const start = at % (object.length + 1)
    return object.slice(0, start) + insert + object.slice(start + drop)
  })
  assertAll(
    property(mutated, (text) => {
      const bytes = Buffer.from(text)
      let builtIn: unknown
      try {
        builtIn = JSON.parse(bytes.toString())
      } catch {
        assert.equal(reasonOf(() => parse(bytes, generous)) === undefined, false)
        return
      }
      const refusal = refusalOf(() => {
        const strict = parse(bytes, generous)
        assert.deepEqual(JSON.stringify(strict), JSON.stringify(builtIn))
      })
      if (refusal?.reason === 'request') {
        const object = typeof builtIn === 'object' && builtIn !== null && !Array.isArray(builtIn)
        assert.ok(!object || /reserved|surrogate/.test(refusal.message), refusal.message)
      }
    }),
    { numRuns: 5000 },
  )
})
