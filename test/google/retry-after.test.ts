import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterSeconds } from '../../shared/google/retry-after.ts'

const NOW = Date.parse('2030-01-01T00:00:00Z')

const ROWS: readonly (readonly [header: string | undefined, seconds: number | undefined])[] = [
  [undefined, undefined],
  ['7', 7],
  [' 7 ', 7],
  ['0', undefined],
  ['-7', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
  ['1e9', undefined],
  ['9999999999', 3_600],
  ['Tue, 01 Jan 2030 00:00:07 GMT', 7],
  ['Tue, 01 Jan 2030 00:00:00 GMT', undefined],
  ['Mon, 31 Dec 2029 23:59:00 GMT', undefined],
  ['Wed, 01 Jan 2031 00:00:00 GMT', 3_600],
  ['never GMT', undefined],
]

for (const [header, seconds] of ROWS) {
  test(`Retry-After ${JSON.stringify(header)} asks for ${seconds ?? 'no'} seconds`, () => {
    assert.equal(retryAfterSeconds(header, NOW), seconds)
  })
}
