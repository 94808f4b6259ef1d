import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCompact } from '../../shared/token/compact.ts'
import { base64url } from '../support/keys.ts'
import { reasonOf } from '../support/refusals.ts'
import { processorTime } from '../support/processor-time.ts'

const SIGNATURE = base64url(Buffer.alloc(256, 1))

test('the parts are decoded', () => {
  const { header, payload, respelt } = parseCompact(`e30.eyJhIjoxfQ.${SIGNATURE}`)
  assert.deepEqual(
    [Buffer.from(header).toString(), Buffer.from(payload).toString(), respelt],
    ['{}', '{"a":1}', false],
  )
})

const MALFORMED: readonly (readonly [name: string, token: string])[] = [
  ['empty', ''],
  ['one part', 'e30'],
  ['two parts', 'e30.e30'],
  ['four parts', 'e30.e30.e30.e30'],
  ['five parts', 'e30.e30.e30.e30.e30'],
  ['no header', '.e30.e30'],
  ['no payload', 'e30..e30'],
  ['padding', 'e30=.e30.e30'],
  ['the standard alphabet', 'e30.-_-_.+/+/'],
  ['white space before', ' e30.e30.e30'],
  ['a line end after', 'e30.e30.e30\n'],
  ['a NUL', 'e30.e\x0030.e30'],
  ['a letter beyond ASCII', 'e30.e30.\u00E930'],
  ['a length that cannot be', 'e30.e30.e30ab'],
  ['unused bits in the header', 'e31.e30.e30'],
  ['unused bits in the payload', 'e30.e3.e30'],
]

for (const [name, token] of MALFORMED) {
  test(`${name}: format`, () => {
    assert.equal(
      reasonOf(() => parseCompact(token)),
      'format',
    )
  })
}

test('a header line in the token’s place is told as what it is', () => {
  assert.throws(() => parseCompact('Bearer e30.e30.e30'), {
    message: 'format: outside the base64url alphabet',
  })
})

test('unused bits in the signature are told, for the signature does not cover them', () => {
  assert.deepEqual(
    ['e30', 'e31', 'e3A', 'eA', 'eB', 'eQ', ''].map((signature) => {
      return parseCompact(`e30.e30.${signature}`).respelt
    }),
    [false, true, false, false, true, false, false],
  )
})

test('16,384 bytes are read, one more is not', () => {
  const longest = `e30.${'A'.repeat(16_384 - 'e30..AAA'.length)}.AAA`
  assert.equal(longest.length, 16_384)
  assert.equal(parseCompact(longest).payload.length, 12_282)
  assert.equal(
    reasonOf(() => parseCompact(`${longest}A`)),
    'format',
  )
})

test('a million dots cost nothing, for nothing splits them', () => {
  const dots = '.'.repeat(1_000_000)
  const started = processorTime()
  for (let round = 0; round < 1000; round += 1) reasonOf(() => parseCompact(dots))
  assert.ok(processorTime() - started < 1000)
})
