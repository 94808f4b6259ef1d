import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mediaTypeOf } from '../../shared/http/media-type.ts'
import { refusalOf } from '../support/refusals.ts'
import { processorTime } from '../support/processor-time.ts'

const FORM = 'application/x-www-form-urlencoded'

const taken: readonly (readonly [contentType: string, type: string])[] = [
  [FORM, 'form'],
  [`${FORM};charset=UTF-8`, 'form'],
  ['Application/JSON', 'json'],
  ['application/json; charset="utf-8"', 'json'],
  ['application/json;', 'json'],
]

for (const [contentType, type] of taken) {
  test(`${contentType} is ${type}`, () => {
    const headers = { 'content-type': contentType }
    assert.equal(mediaTypeOf({ headers }, ['form', 'json']), type)
  })
}

const refused: readonly (readonly [headers: Record<string, string>, reason: string])[] = [
  [{}, 'media_type'],
  [{ 'content-type': '' }, 'media_type'],
  [{ 'content-type': 'text/plain' }, 'media_type'],
  [{ 'content-type': 'application/xml' }, 'media_type'],
  [{ 'content-type': 'multipart/form-data; boundary=x' }, 'media_type'],
  [{ 'content-type': 'application/jsonp' }, 'media_type'],
  [{ 'content-type': 'application/json, text/plain' }, 'media_type'],
  [{ 'content-type': 'application/json; charset=utf-16' }, 'media_type'],
  [{ 'content-type': 'application/json; charset=utf-8; charset=utf-7' }, 'media_type'],
  [{ 'content-type': 'constructor' }, 'media_type'],
  [{ 'content-type': FORM, 'content-encoding': 'gzip' }, 'encoding'],
  [{ 'content-type': FORM, 'content-encoding': 'br' }, 'encoding'],
  [{ 'content-type': FORM, 'content-encoding': 'deflate, identity' }, 'encoding'],
  [{ 'content-type': FORM, 'content-encoding': '' }, 'encoding'],
  [{ 'content-type': FORM, 'transfer-encoding': 'gzip, chunked' }, 'encoding'],
]

for (const [headers, reason] of refused) {
  test(`${JSON.stringify(headers)} is refused: ${reason}`, () => {
    const refusal = refusalOf(() => mediaTypeOf({ headers }, ['form', 'json']))
    assert.deepEqual([refusal?.reason, refusal?.status], [reason, 415])
  })
}

/** Milliseconds for twenty refusals of a header with so many blanks. */
function cost(length: number): number {
  const headers = { 'content-type': `a${' '.repeat(length)}x` }
  const started = processorTime()
  for (let n = 0; n < 20; n += 1) refusalOf(() => mediaTypeOf({ headers }, ['form', 'json']))
  return processorTime() - started
}

test('what a header of blanks costs grows with its length, not with its square', () => {
  cost(2_000)
  assert.ok(cost(16_000) < 24 * Math.max(cost(2_000), 1))
})

test('identity is no encoding, and chunks are no encoding of the content', () => {
  const headers = {
    'content-type': FORM,
    'content-encoding': 'identity',
    'transfer-encoding': 'chunked',
  }
  assert.equal(mediaTypeOf({ headers }, ['form']), 'form')
})

test('a type that is known and not allowed here is refused', () => {
  const headers = { 'content-type': 'application/json' }
  assert.equal(refusalOf(() => mediaTypeOf({ headers }, ['form']))?.reason, 'media_type')
})
