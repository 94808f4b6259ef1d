import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { openAuditKey } from '../../../shared/audit/key.ts'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import type { AuditRecordShape } from '../../../shared/audit/schema/envelope.ts'
import type { FindingKind } from '../../../shared/audit/verify/finding.ts'
import type { VerifyOptions } from '../../../shared/audit/verify/options.ts'
import type { Report } from '../../../shared/audit/verify/report.ts'
import { createVerifier } from '../../../shared/audit/verify/verifier.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'
import { AUDIT_KEY, anIssuedTrail, keepingSink, recorderOptions } from '../../support/audit.ts'
import { forged, rechained } from '../../support/forgery.ts'
import { aTrail } from '../../support/policy.ts'

/** Opening, then intent and outcome of three requests, a refusal, the closing: 9 lines. */
async function aLog(close = true): Promise<string[]> {
  const sink = keepingSink()
  const recorder = createRecorder(recorderOptions({ sinks: [sink] }))
  for (const refusal of [undefined, new Refusal('upstream_denied'), undefined]) {
    const trail = anIssuedTrail()
    await recorder.intent(trail)
    await recorder.outcome(trail, refusal?.status ?? 200, refusal)
  }
  await recorder.outcome(aTrail(), 400, new Refusal('alg'))
  if (close) await recorder.close()
  return sink.records.map(({ line }) => line)
}

function verify(lines: readonly string[], options: VerifyOptions = {}): Report {
  const verifier = createVerifier(options)
  for (const [index, line] of lines.entries()) verifier.add(Buffer.from(line), index + 1)
  return verifier.finish()
}

const publicKey = openAuditKey(AUDIT_KEY).signer?.publicKey
const log = await aLog()
const kindsOf = ({ counts }: Report) => Object.keys(counts).sort()
const replaced = (index: number, change: (line: string) => string) =>
  log.map((line, i) => (i === index ? change(line) : line))

test('an untouched log has no finding, and its head is told', () => {
  const report = verify(log, { publicKey })
  assert.deepEqual(report.findings, [])
  assert.equal(report.ok, true)
  assert.equal(report.records, 9)
  assert.partialDeepStrictEqual(report.chains, [
    { first: 0, seq: 8, records: 9, closed: true, checkpoints: 2, signed: 2 },
  ])
})

const alice = (line: string) => line.replaceAll('alice', 'mallo')

const TAMPERING: readonly (readonly [
  claim: string,
  lines: () => readonly string[],
  kinds: readonly FindingKind[],
])[] = [
  ['an edited record', () => replaced(3, alice), ['edited']],
  [
    'an edited record with its hash made right',
    () => replaced(3, (l) => forged(l, alice)),
    ['edited'],
  ],
  ['one changed bit', () => replaced(5, (l) => l.replace('"ms":41', '"ms":43')), ['edited']],
  ['a copy of a record that was edited', () => [...log, alice(log[3] ?? '')], ['edited']],
  ['a deleted record', () => log.filter((_, i) => i !== 7), ['gap']],
  ['a deleted outcome', () => log.filter((_, i) => i !== 2), ['gap', 'intent_without_outcome']],
  ['a deleted intent', () => log.filter((_, i) => i !== 1), ['gap', 'issued_without_intent']],
  ['several deleted records', () => log.filter((_, i) => i < 1 || i > 4), ['gap']],
  ['a deleted beginning', () => log.slice(1), ['gap']],
  [
    'two records that changed places',
    () => [0, 2, 1, 3, 4, 5, 6, 7, 8].map((i) => log[i] ?? ''),
    ['reordered'],
  ],
  ['a cut tail', () => log.slice(0, 7), ['cut_tail']],
  [
    'a cut tail with an intent at its end',
    () => log.slice(0, 6),
    ['cut_tail', 'intent_without_outcome'],
  ],
  [
    'a record beside another',
    () => [...log.slice(0, 8), forged(log[7] ?? '', (l) => l.replace('alg', 'alf')), log[8] ?? ''],
    ['forked'],
  ],
  [
    'a record behind the closing',
    () => [...log, continuing(log[8] ?? '')],
    ['forked', 'signature'],
  ],
  [
    'a record that is no JSON any more',
    () => replaced(3, (l) => l.slice(0, -20)),
    ['gap', 'malformed'],
  ],
  [
    'a record without its hash',
    () => replaced(7, (l) => l.replace(/"chainhash":"[^"]*",/, '')),
    ['gap'],
  ],
  [
    'a stripped signature',
    () => rechained(log, (l) => l.replace(/"signature":"[^"]*"/, '"signature":""')),
    ['signature'],
  ],
  ['a chain rewritten with right hashes', () => rechained(log, alice), ['signature']],
]

function continuing(line: string): string {
  const { chainhash, chainseq } = JSON.parse(line) as { chainhash: string; chainseq: number }
  return forged(line, (text) =>
    text
      .replace(/"chainprev":"[^"]*"/, `"chainprev":"${chainhash}"`)
      .replace(/"chainseq":\d+/, `"chainseq":${chainseq + 1}`),
  )
}

for (const [claim, lines, kinds] of TAMPERING) {
  test(`${claim} is found`, () => {
    const report = verify(lines(), { publicKey })
    assert.deepEqual(kindsOf(report), kinds, JSON.stringify(report.findings, null, 1))
    assert.equal(report.ok, false)
  })
}

test('a finding says which record of which chain at which line', () => {
  const [finding] = verify(replaced(3, alice)).findings
  const { chainid } = JSON.parse(log[3] ?? '') as { chainid: string }
  assert.partialDeepStrictEqual(finding, { kind: 'edited', chain: chainid, seq: 3, line: 4 })
})

test('another key’s signature does not hold', () => {
  const other = openAuditKey('another key of sixteen bytes').signer?.publicKey
  assert.deepEqual(kindsOf(verify(log, { publicKey: other })), ['signature'])
})

test('without a key a checkpoint is held to the key that it names itself', () => {
  const report = verify(log)
  assert.equal(report.trustedKey, false)
  assert.equal(report.chains[0]?.signed, 2)
})

const resigned = resign(log.at(-1) ?? '')

type AuditRecord = z.infer<typeof AuditRecordShape>

/** The closing checkpoint as somebody without the key would sign it: by one of their own. */
function resign(line: string): string {
  const { chainid, chainseq, chainprev, time } = JSON.parse(line) as AuditRecord
  const { signer } = openAuditKey('a key of somebody else')
  const claim = { chain: chainid, seq: chainseq, previous: chainprev, time }
  const signature = signer?.sign(claim) ?? ''
  return forged(line, (text) =>
    text
      .replace(/"public_key":"[^"]*"/, `"public_key":"${signer?.publicKey}"`)
      .replace(/"signature":"[^"]*"/, `"signature":"${signature}"`),
  )
}

const UNKEYED: readonly (readonly [claim: string, lines: readonly string[], message: RegExp])[] = [
  [
    'a last checkpoint that is signed anew by another key',
    [...log.slice(0, -1), resigned],
    /^this checkpoint is signed by another key than the first one of its chain$/,
  ],
  [
    'a last checkpoint whose signature is gone',
    replaced(8, (l) => forged(l, (text) => text.replace(/,"signature":"[^"]*"/, ''))),
    /^this checkpoint is not signed$/,
  ],
]

for (const [claim, lines, message] of UNKEYED) {
  test(`${claim} is found without a key as well`, () => {
    const { findings } = verify(lines)
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      ['signature'],
    )
    assert.match(findings[0]?.message ?? '', message)
  })
}

test('the same record twice is a repetition, not a finding', () => {
  const report = verify([...log.slice(0, 5), ...log.slice(3, 5), ...log.slice(5)], { publicKey })
  assert.deepEqual([report.ok, report.duplicates], [true, 2])
})

test('a log in reverse is whole but for its order', () => {
  assert.deepEqual(kindsOf(verify(log.toReversed(), { publicKey })), ['reordered'])
})

test('chains that are interleaved are told apart', async () => {
  const other = await aLog()
  const both = log.flatMap((line, i) => [line, other[i] ?? ''])
  assert.equal(verify(both, { publicKey }).ok, true)
  assert.equal(verify(both, { publicKey }).chains.length, 2)
})

const REWRITTEN: readonly (readonly [claim: string, line: (line: string) => string])[] = [
  ['as they stand in log entries', (line) => `{"severity":"INFO","message":"x","event":${line}}`],
  ['parsed and written with white space', (line) => JSON.stringify(JSON.parse(line), null, 1)],
  [
    'exported by Cloud Logging',
    (line) => JSON.stringify({ jsonPayload: { event: reversed(JSON.parse(line)) } }),
  ],
]

function reversed(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  )
}

for (const [claim, rewrite] of REWRITTEN) {
  test(`records verify ${claim}`, () => {
    const report = verify(log.map(rewrite), { publicKey })
    assert.deepEqual([report.ok, report.records], [true, 9])
    const edited = verify(
      log.map((l, i) => rewrite(i === 3 ? alice(l) : l)),
      { publicKey },
    )
    assert.deepEqual(kindsOf(edited), ['edited'])
  })
}

test('lines that are no records are counted and left alone', () => {
  const report = verify(['listening on 8080', ...log, '{"severity":"INFO"}'], { publicKey })
  assert.deepEqual([report.ok, report.otherLines], [true, 2])
})

test('a live log may be open and have requests under way, if they are recent', async () => {
  const open = (await aLog(false)).slice(0, 6)
  const now = 1_700_000_000_500
  assert.equal(verify(open, { publicKey, live: true, now }).ok, true)
  assert.deepEqual(kindsOf(verify(open, { publicKey, live: true, now: now + 3_600_000 })), [
    'cut_tail',
    'intent_without_outcome',
  ])
})

test('a part of a log is not held to its beginning', () => {
  assert.equal(verify(log.slice(2), { publicKey, partial: true }).ok, true)
  assert.deepEqual(kindsOf(verify(log.slice(2), { publicKey })), ['gap', 'issued_without_intent'])
})

const HEADS: readonly (readonly [
  string,
  (lines: readonly string[]) => readonly string[],
  readonly FindingKind[],
])[] = [
  ['a log that has grown since', (lines) => lines, []],
  ['a log cut back behind them', (lines) => lines.slice(0, 3), ['cut_tail']],
  ['a log whose chain is gone', () => [], ['cut_tail']],
  ['a log that was rewritten', (lines) => rechained(lines, alice), ['edited']],
]

for (const [claim, change, kinds] of HEADS) {
  test(`heads that are known hold against ${claim}`, async () => {
    const lines = await aLog(false)
    const now = 1_700_000_000_500
    const heads = verify(lines.slice(0, 5), { live: true, now }).chains
    const report = verify(change(lines), { publicKey, heads, live: true, now })
    assert.deepEqual(kindsOf(report), kinds)
  })
}

test('a sequence that claims absurd places costs no memory', () => {
  const far = forged(log[1] ?? '', (l) => l.replace('"chainseq":1', '"chainseq":999999999999999'))
  assert.deepEqual(kindsOf(verify([log[0] ?? '', far])), [
    'cut_tail',
    'gap',
    'intent_without_outcome',
  ])
})
