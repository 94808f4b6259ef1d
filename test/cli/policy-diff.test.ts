import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createRecorder } from '../../shared/audit/recorder.ts'
import { sqliteSink } from '../../shared/audit/sinks/sqlite.ts'
import { readPolicyFile } from '../../shared/policy/read-policy.ts'
import { recorderOptions } from '../support/audit.ts'
import { bureau } from '../support/cli.ts'
import { decidedCall, recordOf, type RecordedCall } from '../support/policy-records.ts'
import { scratch } from '../support/scratch.ts'

const write = scratch()
const OLD = 'test/policies/github-organisation.yaml'
const TEXT = readFileSync(OLD, 'utf8')
const loaded = await readPolicyFile(OLD)
assert.ok(loaded.ok)
const { policy } = loaded

/** The policy with texts replaced, each of which must be there. */
function changed(...replacements: readonly (readonly [string, string])[]): string {
  let text = TEXT
  for (const [from, to] of replacements) {
    assert.ok(text.includes(from), from)
    text = text.replace(from, to)
  }
  return write('new.yaml', text)
}

const MAIN = {
  sub: 'repo:acme@1001/app@2002:ref:refs/heads/main',
  repository_id: '2002',
  repository_owner_id: '1001',
  runner_environment: 'github-hosted',
  environment: 'production',
  ref: 'refs/heads/main',
  event_name: 'push',
}

/** A record as the recorder wrote it; an intent stands for its outcome here. */
function recorded(claims: RecordedCall['claims'], audience: string): string {
  const line = recordOf(policy, { provider: 'github', claims, request: { audience } })
  return line.replace('dev.tokenbureau.intent', 'dev.tokenbureau.issued')
}

const RECORDS = write(
  'records.jsonl',
  [
    recorded(MAIN, 'deploy-shop'),
    recorded(MAIN, 'deploy-shop'),
    recorded({ ...MAIN, ref: 'refs/tags/v1' }, 'deploy-shop'),
    recorded(MAIN, 'read-only'),
    '',
    JSON.stringify({ severity: 'NOTICE', message: 'no record' }),
  ].join('\n'),
)

test('a policy and itself, in another order and spelling, do not differ', async () => {
  const shuffled = changed(
    [
      "serviceAccounts: ['*@acme-ci.iam.gserviceaccount.com']",
      'serviceAccounts: ["*@acme-ci.iam.gserviceaccount.com"]',
    ],
    ['# Tried out first: the records say what it would have granted.', '# Another comment.'],
    ["['pull_request_target', 'workflow_run']", "['pull_request_target',  'workflow_run']"],
    ['    delegates: []\n', ''],
  )
  const same = write('same.yaml', readFileSync(shuffled, 'utf8').replace(",  'wor", ", 'wor"))
  const { code, stdout } = await bureau('policy', 'diff', OLD, same)
  assert.deepEqual([code, stdout], [0, 'nothing that takes effect changes\n'])
})

test('what came, went or changed is told field by field, and ends with 1', async () => {
  const path = changed(
    ['  - id: previews', '  - id: previews-two'],
    ['      maxLifetime: 900\n', '      maxLifetime: 600\n'],
    [
      "members: ['github:attribute.repository_id/2003']",
      "members: ['github:attribute.repository_id/2005']",
    ],
    [
      "attributeCondition: assertion.repository_owner_id == '1001'",
      "attributeCondition: assertion.repository_owner_id == '1002'",
    ],
  )
  const { code, stdout } = await bureau('policy', 'diff', OLD, path)
  assert.equal(code, 1)
  assert.match(stdout, /~ provider github\n {4}attributeCondition: .*'1001' -> .*'1002'\n/)
  assert.match(stdout, /~ grant deploy-shop\n {4}accessToken\.maxLifetime: 900 -> 600\n/)
  assert.match(
    stdout,
    /~ grant deploy-infra\n {4}members: - github:attribute\.repository_id\/2003\n {4}members: \+ github:attribute\.repository_id\/2005\n/,
  )
  assert.match(stdout, /- grant previews\n/)
  assert.match(stdout, /\+ grant previews-two\n(?: {4}.*\n)* {4}serviceAccount: preview@/)
})

test('recorded requests tell which answers would flip', async () => {
  const path = changed(
    ['      maxLifetime: 900\n', '      maxLifetime: 600\n'],
    [
      "    condition: assertion.ref.startsWith('refs/tags/v')\n",
      "    condition: assertion.ref.startsWith('refs/tags/w')\n",
    ],
  )
  const { code, stdout } = await bureau('policy', 'diff', OLD, path, '--audit', RECORDS)
  assert.equal(code, 1)
  assert.match(stdout, /\n4 recorded requests: 2 answers stay, 2 flip\n/)
  assert.match(stdout, / {2}2 x principal:\/\/\S+ asks for an access token of deploy-shop\n/)
  assert.match(stdout, /was: granted deploy-shop@\S+ by deploy-shop, an access token of 900 s/)
  assert.match(stdout, /is: {2}granted deploy-shop@\S+ by deploy-shop, an access token of 600 s/)
  assert.match(stdout, /such as request [0-9a-f-]{36}\n/)
})

test('the records of an audit store are decided again', async () => {
  const file = write('audit.sqlite', '')
  const call = { provider: 'github', claims: { ...MAIN, ref: 'refs/heads/x' } }
  const { trail, refusal } = decidedCall(policy, {
    ...call,
    request: { audience: 'deploy-shop' },
  })
  assert.ok(refusal)
  const sinks = [sqliteSink(file)]
  const recorder = createRecorder(recorderOptions({ policy: () => policy, sinks }))
  await recorder.outcome(trail, refusal.status, refusal)
  await recorder.close()
  const path = changed([
    "      assertion.ref == 'refs/heads/main'\n",
    "      assertion.ref == 'refs/heads/x'\n",
  ])
  const diff = (audit: string) => bureau('policy', 'diff', OLD, path, '--audit', audit)
  const { code, stdout, stderr } = await diff(`sqlite:${file}`)
  assert.equal(code, 1, stderr)
  assert.match(stdout, /\n1 recorded requests: 0 answers stay, 1 flip\n/)
  assert.match((await diff(file)).stderr, /is a SQLite store: did you mean sqlite:/)
})

test('granted and refused flip both ways', async () => {
  const path = changed([
    "      assertion.ref == 'refs/heads/main'\n",
    "      assertion.ref.startsWith('refs/tags/')\n",
  ])
  const { stdout } = await bureau('policy', 'diff', OLD, path, '--audit', RECORDS, '--json')
  const { audit, changes } = JSON.parse(stdout)
  assert.equal(changes.length, 1)
  assert.deepEqual(
    audit.flips.map(({ count, to }: { count: number; to: object }) => [count, Object.keys(to)[0]]),
    [
      [2, 'refused'],
      [1, 'granted'],
    ],
  )
})

test('a record that lacks what the new policy reads is not guessed at', async () => {
  const path = changed([
    "      assertion.ref == 'refs/heads/main'\n",
    "      assertion.actor == 'me'\n",
  ])
  const { stdout } = await bureau('policy', 'diff', OLD, path, '--audit', RECORDS)
  assert.match(stdout, /\n4 recorded requests: 0 answers stay, 0 flip\n/)
  assert.match(stdout, /4 cannot be told: the records do not hold actor\n/)
})

test('records that no policy decided, or another one, are counted as such', async () => {
  const line = JSON.parse(recorded(MAIN, 'deploy-shop'))
  const unproved = structuredClone(line)
  delete unproved.data.unmapped.assertion
  line.data.unmapped.policy_digest = 'sha256:other'
  const records = write('odd.jsonl', `${JSON.stringify(unproved)}\n${JSON.stringify(line)}\n`)
  const { code, stdout } = await bureau('policy', 'diff', OLD, OLD, '--audit', records)
  assert.equal(code, 0)
  assert.match(stdout, /2 recorded requests: 1 answers stay, 0 flip\n/)
  assert.match(stdout, /1 had no verified token, no policy was asked\n/)
  assert.match(stdout, /1 were decided by neither of these/)
})

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['one policy', [OLD], /NEW is missing/],
  ['records that are not there', [OLD, OLD, '--audit', '/no/such'], /cannot be read: ENOENT/],
  ['records that are no JSON', [OLD, OLD, '--audit', OLD], /line 1 is not JSON/],
]
for (const [name, args, message] of wrong) {
  test(`diff called with ${name} ends with 2`, async () => {
    const { code, stderr } = await bureau('policy', 'diff', ...args)
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
}
