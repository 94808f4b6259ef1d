import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { openAuditKey } from '../../../shared/audit/key.ts'
import { AUDIT_KEY } from '../../support/audit.ts'
import { linesOf, MINUTE, NOON, recordHistory } from '../../support/audit-history.ts'
import { bureau } from '../../support/cli.ts'
import { scratch } from '../../support/scratch.ts'

const write = scratch()
const HISTORY = [0, 1, 2].map((n) => ({ at: NOON + n * MINUTE }))
const lines = await linesOf(HISTORY)
const whole = write('whole.jsonl', lines.join('\n'))
const edited = write('edited.jsonl', lines.join('\n').replace('alice', 'mallo'))
const open = write('open.jsonl', (await linesOf(HISTORY, false)).join('\n'))
const store = write('store.sqlite', '')
await recordHistory(HISTORY, sqliteSink(store))
const forged = write('forged.sqlite', '')
await recordHistory(HISTORY, sqliteSink(forged))
new DatabaseSync(forged).exec("UPDATE entries SET subject = 'mallory' WHERE kind = 'issued'")
const keyFile = write('audit.key', `${AUDIT_KEY}\n`)
const publicKey = write('audit.pub', openAuditKey(AUDIT_KEY).signer?.publicKey ?? '')
const otherKey = write('other.key', 'another key of sixteen bytes or more')

const RUNS: readonly (readonly [
  claim: string,
  args: readonly string[],
  code: number,
  said: RegExp,
])[] = [
  [
    'a whole log',
    [whole],
    0,
    /8 records in 1 chains\n.*2 of 2 are signed, by the keys that they name.*\nnot checked: whether chains are missing whole \(--heads\)\nwhole: in the chains that are here/,
  ],
  [
    'a whole log with its audit key',
    [whole, '--key', keyFile],
    0,
    /signed by the given key\nnot checked.*\nwhole/,
  ],
  ['a whole log with the public key', [whole, '--key', publicKey], 0, /signed by the given key/],
  [
    'another key',
    [whole, '--key', otherKey],
    1,
    /names another key than the one given: [\w-]{8}\.\.\.\n(?:.*\n)*checkpoints: none of 2 is signed by the given key\n(?:.*\n)*2 found: 2 signature/,
  ],
  ['an edited log', [edited], 1, /^edited +line 2 +[\w-]+#1 +its bytes do not match its hash/],
  ['an open log', [open], 1, /cut_tail .*not closed after record 6/],
  ['an empty log', [write('empty.jsonl', '')], 1, /nothing was verified: there is no record\n$/],
  ['text', [write('text.txt', '# A title\n')], 1, /1 other lines\n.*\nnothing was verified/],
  [
    'a store',
    [`sqlite:${store}`],
    0,
    /not checked: .*\(--heads\); whether the store answers as its records say \(--columns\)\nwhole/,
  ],
  ['a store with its columns', [`sqlite:${store}`, '--columns'], 0, /not checked: [^;]*\nwhole/],
  ['a forged column that is looked for', [`sqlite:${forged}`, '--columns'], 1, /columns .*subject/],
]

for (const [claim, args, code, said] of RUNS) {
  test(`${claim} ends with ${code}`, async () => {
    const run = await bureau('audit', 'verify', ...args)
    assert.equal(run.code, code, run.stderr)
    assert.match(run.stdout, said)
  })
}

test('in JSON the whole report is told', async () => {
  const { code, stdout } = await bureau('audit', 'verify', edited, '--json')
  assert.equal(code, 1)
  assert.partialDeepStrictEqual(JSON.parse(stdout), {
    ok: false,
    records: 8,
    counts: { edited: 1 },
    findings: [{ kind: 'edited', seq: 1, line: 2 }],
  })
})

test('heads that were kept hold a later log to them', async () => {
  const heads = write('heads.json', '')
  const kept = await bureau('audit', 'verify', whole, '--write-heads', heads)
  assert.equal(kept.code, 0)
  assert.match(readFileSync(heads, 'utf8'), /"seq": 7/)
  const held = await bureau('audit', 'verify', whole, '--heads', heads)
  assert.match(held.stdout, /themselves.*\nwhole: all that the heads know is here, and in the/)
  const cut = write('cut.jsonl', lines.slice(0, 3).join('\n'))
  const later = await bureau('audit', 'verify', cut, '--partial', '--heads', heads)
  assert.equal(later.code, 1)
  assert.match(later.stdout, /record 7 is missing; the chain is known to have had it/)
})

const WRONG: readonly (readonly [claim: string, args: readonly string[], said: RegExp])[] = [
  ['no file', [], /FILE\|sqlite:PATH\|bigquery:\S+ is missing/],
  ['a file that is not there', ['/nowhere/x.jsonl'], /cannot be read: ENOENT/],
  ['a store that is not there', ['sqlite:/nowhere/x.sqlite'], /unable to open database file/],
  ['a store without its prefix', [store], /is a SQLite store: did you mean sqlite:\/\S+\?/],
  ['a file that is no store', [`sqlite:${keyFile}`], /file is not a database/],
  ['a key that is too short', [whole, '--key', write('short', 'x')], /holds 1 bytes; at least 16/],
  ['heads that are none', [whole, '--heads', keyFile], /holds no heads/],
  ['an unknown option', [whole, '--fast'], /Unknown option '--fast'/],
]

for (const [claim, args, said] of WRONG) {
  test(`${claim} is wrong usage`, async () => {
    const run = await bureau('audit', 'verify', ...args)
    assert.deepEqual([run.code, run.stdout], [2, ''])
    assert.match(run.stderr, said)
  })
}

test('the public key of an audit key is printed', async () => {
  const { code, stdout } = await bureau('audit', 'key', keyFile)
  assert.deepEqual([code, stdout.trim()], [0, openAuditKey(AUDIT_KEY).signer?.publicKey])
})
