import assert from 'node:assert/strict'
import { test } from 'node:test'
import { count, duration, moment, roughly, share, shortened } from '../../shared/console/format.ts'

const SHOWN: readonly (readonly [what: string, shown: string, expected: string])[] = [
  ['a count', count(1_234_567), '1,234,567'],
  ['a share', share(1, 3), '33%'],
  ['a small share', share(3, 1000), '0.3%'],
  ['a share of nothing', share(0, 0), '–'],
  ['no time', duration(0), '0 s'],
  ['seconds', duration(59), '59 s'],
  ['minutes', duration(900), '15 min'],
  ['hours and minutes', duration(3900), '1 h 5 min'],
  ['the two largest units alone', duration(86_400 + 61), '1 d'],
  ['a negative time', duration(-5), '0 s'],
  ['roughly days', roughly(200_000), '2 d'],
  ['roughly minutes', roughly(150), '2 min'],
  ['a moment', moment(Date.UTC(2026, 0, 31, 12, 34, 56, 789)), '2026-01-31 12:34:56'],
  ['a moment that no calendar has', moment(Number.MAX_VALUE), '+275760-09-13 00:00'],
  ['a digest', shortened(`sha256:${'ab'.repeat(32)}`), 'abababababab…'],
  ['a short name', shortened('abc'), 'abc'],
]

for (const [what, shown, expected] of SHOWN) {
  test(`${what} reads ${expected}`, () => {
    assert.equal(shown, expected)
  })
}
