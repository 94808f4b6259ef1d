import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshSeconds } from '../../shared/keys/freshness.ts'

test('freshness is what the answer says, between 1 and 60 minutes', () => {
  const rows: readonly (readonly [control: string | undefined, age: string | undefined, number])[] =
    [
      [undefined, undefined, 600],
      ['', undefined, 600],
      ['public', undefined, 600],
      ['max-age=600', undefined, 600],
      ['public, max-age=1234, must-revalidate', undefined, 1_234],
      ['Max-Age = "900"', undefined, 900],
      ['max-age=0', undefined, 60],
      ['max-age=59', undefined, 60],
      ['max-age=3601', undefined, 3_600],
      ['max-age=9999999999', undefined, 3_600],
      ['max-age=99999999999999999999', undefined, 3_600],
      ['max-age=-1', undefined, 600],
      ['max-age=soon', undefined, 600],
      ['s-maxage=900', undefined, 600],
      ['no-store', undefined, 60],
      ['no-cache, max-age=900', undefined, 60],
      ['max-age=900', '300', 600],
      ['max-age=900', '10000', 60],
      ['max-age=19800', '5000', 3_600],
      ['max-age=900', 'old', 900],
      ['max-age=900', '-300', 900],
    ]
  for (const [cacheControl, age, seconds] of rows) {
    const found = freshSeconds({ 'cache-control': cacheControl, age })
    assert.equal(found, seconds, `${cacheControl} age ${age}`)
  }
})
