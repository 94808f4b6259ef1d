import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { AUDIT_KEY } from '../../support/audit.ts'
import { DAY, HOUR, linesOf, MINUTE } from '../../support/audit-history.ts'
import { bigQueryDouble } from '../../support/bigquery-double.ts'
import { bureau } from '../../support/cli.ts'
import { scratch } from '../../support/scratch.ts'

const TABLE = 'acme-audit.audit.deliveries'
const SOURCE = `bigquery:${TABLE}`
const now = Date.now()
const write = scratch()
const keyFile = write('audit.key', AUDIT_KEY)
const LEAKED = 'head.body.leaked'
const lines = await linesOf([
  { at: now - 9 * DAY },
  { at: now - 2 * DAY, token: LEAKED },
  { at: now - HOUR, refused: 'no_grant' },
  { at: now - 10 * MINUTE },
])
const whole = await bigQueryDouble(lines, { table: TABLE })
const gappy = await bigQueryDouble(lines.toSpliced(4, 1), { table: TABLE })
after(async () => {
  await whole.close()
  await gappy.close()
})

/** Runs the command where the double is the emulator. */
async function over(double: typeof whole, ...args: string[]) {
  process.env['BIGQUERY_EMULATOR_HOST'] = new URL(double.origin).host
  const run = await bureau('audit', ...args)
  assert.deepEqual(double.complaints, [])
  return run
}

test('a table is asked like any other store', async () => {
  const { code, stdout } = await over(whole, 'query', SOURCE, '--kind', 'refused')
  assert.equal(code, 0)
  assert.match(stdout, /^[^\n]* refused +no_grant[^\n]*\n$/)
  const found = await over(whole, 'query', SOURCE, '--token', LEAKED, '--key', keyFile)
  assert.match(found.stdout, /intent.*\n.*issued.*\n$/)
})

test('records of a table come as they were written', async () => {
  const { stdout } = await over(whole, 'query', SOURCE, '--format', 'records', '--limit', '0')
  assert.deepEqual(stdout.trimEnd().split('\n'), lines)
})

test('tail shows the newest of a table, and does not follow it', async () => {
  const { stdout } = await over(whole, 'tail', SOURCE, '--lines', '2', '--json')
  assert.equal(stdout.trimEnd().split('\n').length, 2)
  const asked = whole.queries.length
  const followed = await over(whole, 'tail', SOURCE, '--follow')
  assert.deepEqual([followed.code, followed.stdout], [2, ''])
  assert.match(followed.stderr, /--follow needs sqlite:PATH, or - for a stream/)
  assert.equal(whole.queries.length, asked)
})

test('verify looks a week back unless it is told otherwise', async () => {
  const { code, stdout } = await over(whole, 'verify', SOURCE, '--key', keyFile)
  assert.equal(code, 0, stdout)
  assert.match(stdout, /: 6 records in 1 chains since \d{4}-.*\n.*by the given key\n.*\nwhole/)
  const longer = await over(whole, 'verify', SOURCE, '--since', '30d')
  assert.match(longer.stdout, /: 9 records in 1 chains since/)
})

test('verify finds what was removed from a table', async () => {
  const { code, stdout } = await over(gappy, 'verify', SOURCE, '--json')
  assert.equal(code, 1)
  assert.partialDeepStrictEqual(JSON.parse(stdout), { ok: false, counts: { gap: 1 } })
})

const WRONG: readonly (readonly [claim: string, args: readonly string[], said: RegExp])[] = [
  ['a table without its project', ['verify', 'bigquery:audit.x'], /named PROJECT\.DATASET\.TABLE/],
  ['--since of a file', ['verify', keyFile, '--since', '7d'], /--since is for bigquery: alone/],
  ['--since of long ago', ['verify', SOURCE, '--since', '1970-01-01'], /400 days/],
  ['--since that is no time', ['verify', SOURCE, '--since', 'ever'], /--since must be a time/],
]

for (const [claim, args, said] of WRONG) {
  test(`${claim} is wrong usage`, async () => {
    const run = await over(whole, ...args)
    assert.deepEqual([run.code, run.stdout], [2, ''])
    assert.match(run.stderr, said)
  })
}

test('without an identity it is said how to get one', async () => {
  delete process.env['BIGQUERY_EMULATOR_HOST']
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = '/nowhere/credentials.json'
  for (const command of ['query', 'verify']) {
    const { code, stderr } = await bureau('audit', command, SOURCE)
    assert.equal(code, 2)
    assert.match(stderr, /no identity to read BigQuery as: gcloud auth application-default login/)
  }
})
