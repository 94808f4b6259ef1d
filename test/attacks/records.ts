import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createVerifier } from '../../shared/audit/verify/verifier.ts'
import type { FindingKind } from '../../shared/audit/verify/finding.ts'
import { attack, type Siege } from '../support/attacks/siege.ts'
import type { Tally } from '../support/attacks/tally.ts'

const FORGED = JSON.stringify({ severity: 'INFO', reason: 'issued', request_id: 'forged' })
/** Bytes of a record, and of the log entry around it. */
const LONGEST_LINE = 8192 + 2048

/** Claims that are recorded because the provider's condition reads them. */
const NOTES: readonly (readonly [name: string, note: string])[] = [
  ['a newline and a forged record', `x\n${FORGED}\n`],
  ['a carriage return and a forged record', `x\r${FORGED}\r`],
  ['a quote and a forged member', `x","severity":"INFO","y":"`],
  ['terminal escapes', '\u001B[2J\u001B[1;31mowned\u0007'],
  ['line and paragraph separators', `\u2028${FORGED}\u2029`],
  ['a next line, a vertical tab, a form feed', `\u0085${FORGED}\u000B\u000C`],
  ['bidirectional overrides', '\u202Edeussi\u202C'],
  ['11 KB', 'n'.repeat(11_000)],
  ['11 KB of characters that JSON escapes', '"'.repeat(5_000)],
]

/** Anything that a terminal, a log's reader or a person takes for something else. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/** What hostile claims do to the log: one line each, short, and nothing that looks like another. */
export function recordAttacks(tally: Tally, siege: () => Siege): void {
  describe('hostile claims in records', () => {
    for (const [name, note] of NOTES) {
      attack(tally, 'LG02', name, siege, async ({ stage, accepted }) => {
        const { sign, header, base } = stage.context()
        const before = stage.records.lines().length
        const token = sign(header, { ...base, note })
        await accepted(await stage.exchange(token), [token])
        const lines = stage.records.lines().slice(before)
        assert.equal(lines.length, 2, 'an intent and an outcome')
        for (const line of lines) {
          assert.doesNotMatch(line, UNSEEN)
          assert.ok(Buffer.byteLength(line) <= LONGEST_LINE)
          const entry = JSON.parse(line) as Readonly<Record<string, unknown>>
          assert.notEqual(entry['request_id'], 'forged')
          assert.ok(line.includes('note'), 'the claim is on record')
        }
        if (note.length > 1000) assert.match(lines.join(), /bytes, sha256:[0-9a-f]{16}/)
      })
    }

    attack(tally, 'LG02', '12 KB: too large for a token', siege, async ({ stage, refused }) => {
      const { sign, header, base } = stage.context()
      const token = sign(header, { ...base, note: 'n'.repeat(12_288) })
      await refused({ reason: 'format', sent: [token] }, await stage.exchange(token))
    })
  })
}

type Tampering = readonly [name: string, found: FindingKind, change: (lines: string[]) => string[]]

const TAMPERINGS: readonly Tampering[] = [
  ['a record deleted', 'gap', (lines) => lines.toSpliced(middle(lines), 1)],
  [
    'a record edited',
    'edited',
    (lines) =>
      lines.with(middle(lines), (lines[middle(lines)] ?? '').replaceAll('deployer@', 'admin@')),
  ],
  [
    'two records exchanged',
    'reordered',
    (lines) =>
      lines
        .with(middle(lines), lines[middle(lines) + 1] ?? '')
        .with(middle(lines) + 1, lines[middle(lines)] ?? ''),
  ],
  ['the end cut off', 'cut_tail', (lines) => lines.slice(0, -3)],
]

/** The first record that tells of an account, past the middle of the log. */
function middle(lines: readonly string[]): number {
  const half = Math.floor(lines.length / 2)
  return half + lines.slice(half).findIndex((line) => line.includes('deployer@'))
}

/** The log of a whole suite, and the same log after somebody was at it. */
export function logAttacks(tally: Tally, log: () => readonly string[]): void {
  describe('a log that somebody was at', () => {
    test('the log of the suite verifies as it is', () => {
      assert.deepEqual(findings(log()), [])
    })

    for (const [name, found, change] of TAMPERINGS) {
      const held = tally.plan('LG09')
      test(`LG09 ${name}`, () => {
        const records = log().filter((line) => line.includes('"event":'))
        assert.ok(findings(change([...records])).includes(found))
        held()
      })
    }
  })
}

function findings(lines: readonly string[]): readonly FindingKind[] {
  const verifier = createVerifier()
  for (const [index, line] of lines.entries()) verifier.add(Buffer.from(line), index + 1)
  return verifier.finish().findings.map(({ kind }) => kind)
}
