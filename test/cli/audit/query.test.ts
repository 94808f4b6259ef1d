import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { createRecorder } from '../../../shared/audit/recorder.ts'
import { sqliteSink } from '../../../shared/audit/sinks/sqlite.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'
import { AUDIT_KEY, anIssuedTrail, recorderOptions } from '../../support/audit.ts'
import { HOUR, linesOf, MINUTE, recordHistory } from '../../support/audit-history.ts'
import { bureau } from '../../support/cli.ts'
import { aTrail } from '../../support/policy.ts'
import { scratch } from '../../support/scratch.ts'

const write = scratch()
const now = Date.now()
const VAULT = 'vault@acme.iam.gserviceaccount.com'
const HISTORY = [
  { at: now - 30 * HOUR, subject: 'older' },
  { at: now - 2 * HOUR, refused: 'no_grant', subject: '\u001b[31m=cmd|x\nforged' },
  { at: now - HOUR, account: VAULT, token: 'head.body.leaked' },
  { at: now - MINUTE, refused: 'upstream' },
] as const
const lines = await linesOf(HISTORY)
const file = write(
  'records.jsonl',
  lines.map((line) => `{"severity":"INFO","event":${line}}\n`).join(''),
)
const store = write('store.sqlite', '')
await recordHistory(HISTORY, sqliteSink(store))
const keyFile = write('audit.key', AUDIT_KEY)

for (const source of [file, `sqlite:${store}`]) {
  const kind = source === file ? 'file' : 'store'
  const query = async (...args: string[]) => {
    const { code, stdout } = await bureau('audit', 'query', source, '--json', ...args)
    assert.equal(code, 0)
    return (JSON.parse(stdout) as { subject?: string; kind: string }[]).map((event) => event.kind)
  }

  test(`a ${kind} is asked by kind, time, account, reason`, async () => {
    assert.deepEqual(await query('--kind', 'refused'), ['refused', 'refused'])
    assert.deepEqual(await query('--kind', 'issued,refused', '--since', '90m'), [
      'refused',
      'issued',
    ])
    assert.deepEqual(await query('--kind', 'issued', '--until', '24h'), ['issued'])
    assert.deepEqual(await query('--account', VAULT), ['issued', 'intent'])
    assert.deepEqual(await query('--reason', 'no_grant'), ['refused'])
    assert.deepEqual(await query('--errors'), ['refused'])
    assert.deepEqual(await query('--limit', '3'), ['checkpoint', 'refused', 'intent'])
    assert.equal((await query('--limit', '0')).length, 9)
  })

  test(`a leaked token is found in a ${kind}, whatever its signature`, async () => {
    const leaked = write('leaked.txt', 'head.body.another-signature\n')
    assert.deepEqual(await query('--token', `@${leaked}`, '--key', keyFile), ['intent', 'issued'])
  })
}

test('with a key that made none of the records nothing is said of a token', async () => {
  const other = write('other.key', 'another key of sixteen bytes or more')
  const run = await bureau('audit', 'query', file, '--token', 'head.body.leaked', '--key', other)
  assert.deepEqual([run.code, run.stdout], [2, ''])
  assert.match(run.stderr, /the newest record was made with key [0-9a-f]{8}, and --key is key/)
})

test('lines show hostile text as text', async () => {
  const { stdout } = await bureau('audit', 'query', file, '--reason', 'no_grant')
  assert.equal(stdout.trimEnd().split('\n').length, 1)
  assert.match(stdout, /refused {4}no_grant {2}\\u\{1b\}\[31m=cmd\|x\\u\{a\}forged/)
})

test('cells of CSV that a spreadsheet would run are defused', async () => {
  const subject = write('formula.jsonl', (await linesOf([{ at: now, subject: '=1+1' }])).join('\n'))
  const { stdout } = await bureau('audit', 'query', subject, '--kind', 'issued', '--format', 'csv')
  assert.match(stdout, /^time,kind,reason/)
  assert.match(stdout, /,'=1\+1,/)
})

test('records come as they were written, oldest first, and verify', async () => {
  const { stdout } = await bureau('audit', 'query', file, '--format', 'records', '--limit', '0')
  assert.deepEqual(stdout.trimEnd().split('\n'), lines)
})

const places = (all: readonly string[]) => all.map((line) => /"chainseq":\d+/.exec(line)?.[0])

test('of records, too, the newest are given where there is a limit', async () => {
  const newest = ['--format', 'records', '--limit', '3']
  const { stdout } = await bureau('audit', 'query', `sqlite:${store}`, ...newest)
  assert.deepEqual(places(stdout.trimEnd().split('\n')), places(lines.slice(-3)))
})

test('an export verifies where the clock never stood still, and where it was set back', async () => {
  for (const step of [1, -1000]) {
    const path = write(`clock${step}.sqlite`, '')
    let clock = now
    const sinks = [sqliteSink(path)]
    const recorder = createRecorder(recorderOptions({ sinks, now: () => (clock += step) }))
    for (let i = 0; i < 3; i += 1) await recorder.outcome(aTrail(), 400, new Refusal('alg'))
    await recorder.close()
    const all = ['--format', 'records', '--limit', '0']
    const { stdout } = await bureau('audit', 'query', `sqlite:${path}`, ...all)
    const run = await bureau('audit', 'verify', write(`clock${step}.jsonl`, stdout))
    assert.equal(run.code, 0, run.stdout)
  }
})

const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a kind', ['--kind', 'stolen'], /--kind must be of intent, issued/],
  [
    'a reason',
    ['--reason', 'nogrant'],
    /--reason "nogrant" is none of the audit, did you mean "no_grant"\?/,
  ],
  ['a reason like no other', ['--reason', 'stolen-token'], /; there are request, grant_type, /],
  ['a time', ['--since', 'yesterday'], /--since must be a time such as/],
  ['a format', ['--format', 'xml'], /--format must be one of lines/],
  ['a limit', ['--limit', 'all'], /--limit must be a whole number/],
  ['a token without its key', ['--token', keyFile], /--token needs --key/],
]

for (const [what, args, said] of WRONG) {
  test(`${what} that is none is wrong usage`, async () => {
    const run = await bureau('audit', 'query', file, ...args)
    assert.equal(run.code, 2)
    assert.match(run.stderr, said)
  })
}

test('a store without its prefix is wrong usage', async () => {
  for (const command of ['query', 'tail']) {
    const { code, stderr } = await bureau('audit', command, store)
    assert.equal(code, 2)
    assert.match(stderr, /is a SQLite store: did you mean sqlite:/)
  }
})

test('tail shows the newest, oldest first', async () => {
  const { stdout } = await bureau('audit', 'tail', `sqlite:${store}`, '--lines', '2', '--json')
  const kinds = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { kind: string }).kind)
  assert.deepEqual(kinds, ['refused', 'checkpoint'])
})

const CLI = join(import.meta.dirname, '../../../deploy/cli/bureau.ts')

test(
  'tail follows a store from what it showed, and ends on Ctrl-C',
  { timeout: 30_000 },
  async () => {
    const path = write('live.sqlite', '')
    const recorder = createRecorder(recorderOptions({ sinks: [sqliteSink(path)], now: Date.now }))
    await recorder.outcome(aTrail(), 400, new Refusal('alg'))
    await recorder.intent(anIssuedTrail())
    const follow = ['--lines', '1', '--follow', '--kind', 'intent,issued,refused']
    const child = spawn(process.execPath, [CLI, 'audit', 'tail', `sqlite:${path}`, ...follow])
    const seen: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      seen.push(line.split(/\s+/)[2] ?? '')
      if (seen.length === 1) await recorder.outcome(anIssuedTrail(), 200, undefined)
      if (seen.length === 2) child.kill('SIGINT')
    }
    if (child.exitCode === null) await once(child, 'exit')
    await recorder.close()
    assert.deepEqual([seen, child.exitCode], [['intent', 'issued'], 0])
  },
)

test('tail shows events as they come on standard input', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [CLI, 'audit', 'tail', '-', '--reason', 'no_grant'])
  child.stdin.end(`listening\n${lines.join('\n')}`)
  assert.match(await text(child.stdout), /^[^\n]* refused +no_grant[^\n]*\n$/)
})
