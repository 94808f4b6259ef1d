import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecorder } from '../../shared/audit/recorder.ts'
import { sqliteSink } from '../../shared/audit/sinks/sqlite.ts'
import { readPolicyFile } from '../../shared/policy/read-policy.ts'
import { recorderOptions } from '../support/audit.ts'
import { bureau } from '../support/cli.ts'
import { base64url, makeSigner } from '../support/keys.ts'
import { decidedCall, recordOf, type RecordedCall } from '../support/policy-records.ts'
import { scratch } from '../support/scratch.ts'

const POLICY = 'deploy/policy.yaml'
const write = scratch()
const loaded = await readPolicyFile(POLICY)
assert.ok(loaded.ok)
const { policy } = loaded

const PULL_REQUEST: RecordedCall = {
  provider: 'github',
  claims: {
    sub: 'repo:acme@1001/app@2002:pull_request',
    repository_id: '2002',
    repository_owner_id: '1001',
    runner_environment: 'github-hosted',
    ref: 'refs/pull/7/merge',
    event_name: 'pull_request',
  },
  request: { audience: 'deploy-app' },
}
const REPORTS = write('reports.json', '{"sub":"f3b1","azp":"batch-jobs","groups":["reports"]}')

/** The first line of the answer to a job of the reports group. */
async function headline(...options: readonly string[]) {
  const { stdout } = await explain('--claims', REPORTS, '--provider', 'keycloak', ...options)
  return stdout.split('\n')[0]
}

function explain(...options: readonly string[]) {
  return bureau('policy', 'explain', POLICY, ...options)
}

test('claims in a file are explained as text: decision, checks, values, grants', async () => {
  const { code, stdout } = await explain('--claims', REPORTS, '--provider', 'keycloak')
  assert.equal(code, 0)
  assert.match(stdout, /^GRANTED reports@acme-data\.iam\.gserviceaccount\.com by nightly-reports\n/)
  assert.match(stdout, / {2}google\.groups = \["reports"\] {2}assertion\.groups\n/)
  assert.match(stdout, / {6}true {2}assertion\.azp == "batch-jobs"\n {8}"batch-jobs" {2}assertion/)
  assert.match(stdout, /GRANTED {6}nightly-reports -> reports@.*, the decision\n/)
})

test('the request is what the options say, read as the endpoint reads it', async () => {
  const account = 'reports@acme-data.iam.gserviceaccount.com'
  const scope = 'https://www.googleapis.com/auth/bigquery'
  assert.equal(
    await headline('--audience', account, '--scope', scope, '--lifetime', '900s'),
    `GRANTED ${account} by nightly-reports`,
  )
  assert.equal(await headline('--scope', 'openid'), 'REFUSED scope (400 invalid_scope)')
  assert.equal(await headline('--lifetime', '43201'), 'REFUSED request (400 invalid_request)')
  assert.equal(
    await headline('--resource', 'https://x.example'),
    'REFUSED no_grant (400 invalid_target)',
  )
})

test('a test of the policy is explained by its name, as JSON', async () => {
  const { code, stdout } = await explain('--test', 'a runner of our own is denied', '--json')
  assert.equal(code, 0)
  const { decision, denials } = JSON.parse(stdout)
  assert.equal(decision.refused.reason, 'denied')
  assert.deepEqual([denials[0].id, denials[0].strikes], ['no-self-hosted-runners', true])
})

test('a refused record leads to its explanation with one command', async () => {
  const line = recordOf(policy, PULL_REQUEST)
  const { data } = JSON.parse(line)
  const record = write('record.json', line)
  const { code, stdout } = await explain('--record', record)
  assert.equal(code, 0)
  assert.ok(stdout.startsWith(`request ${data.metadata.correlation_uid} of `))
  assert.match(stdout, /: refused no_grant \(nearest grant deploy-app/)
  assert.doesNotMatch(stdout, /note:/)
  assert.match(stdout, /\nREFUSED no_grant \(400 invalid_target\)\n/)
  assert.match(stdout, /false {2}assertion\.ref == "refs\/heads\/main"\n +"refs\/pull\/7\/merge"/)
})

test('a record is found in an audit store by its request', async () => {
  const path = `sqlite:${write('audit.sqlite', '')}`
  const { trail, refusal } = decidedCall(policy, PULL_REQUEST)
  assert.ok(refusal)
  const sinks = [sqliteSink(path.slice('sqlite:'.length))]
  const recorder = createRecorder(recorderOptions({ policy: () => policy, sinks }))
  await recorder.outcome(trail, refusal.status, refusal)
  await recorder.close()

  const { code, stdout } = await explain('--record', path, '--id', trail.requestId)
  assert.equal(code, 0)
  assert.ok(stdout.startsWith(`request ${trail.requestId} of `))
  assert.match(stdout, /\nREFUSED no_grant/)
  const unknown = await explain('--record', path, '--id', 'x')
  assert.deepEqual([unknown.code, /holds no record of x/.test(unknown.stderr)], [2, true])
  assert.match((await explain('--record', path)).stderr, /name one by --id/)
})

test('a record is found in a log by its request, in any wrapping', async () => {
  const [refused, granted] = [
    JSON.parse(recordOf(policy, PULL_REQUEST)),
    JSON.parse(
      recordOf(policy, {
        provider: 'keycloak',
        claims: { sub: 'a', azp: 'batch-jobs', groups: ['reports'] },
      }),
    ),
  ]
  const log = write(
    'log.jsonl',
    [
      { severity: 'NOTICE', message: 'policy is in force' },
      { severity: 'WARNING', event: refused },
      { insertId: '1', jsonPayload: { event: granted } },
    ]
      .map((one) => JSON.stringify(one))
      .join('\n'),
  )
  for (const record of [refused, granted]) {
    const id = record.data.metadata.correlation_uid
    const { stdout } = await explain('--record', log, '--json', '--id', id)
    const { recorded, decision } = JSON.parse(stdout)
    assert.equal(recorded.requestId, id)
    assert.equal('granted' in decision, recorded.decision === 'intent')
  }
  const { code, stderr } = await explain('--record', log)
  assert.equal(code, 0, stderr)
})

test('a record of another policy, or of another answer, is explained with a note', async () => {
  const other = await readPolicyFile('deploy/policy.yaml')
  assert.ok(other.ok)
  const lenient = { ...other.policy, digest: 'sha256:other', denials: [] }
  const claims = { ...PULL_REQUEST.claims, runner_environment: 'self-hosted' }
  const record = write('other.json', recordOf(lenient, { ...PULL_REQUEST, claims }))
  const { stdout } = await explain('--record', record)
  assert.match(stdout, /note: the record was decided by another policy: sha256:other/)
  // That policy never read the runner's environment, so the record does not hold it.
  assert.match(stdout, /note: the record says otherwise: no_grant/)
})

test('a record of an unverified token says how far it got', async () => {
  const line = JSON.parse(recordOf(policy, PULL_REQUEST))
  delete line.data.unmapped.assertion
  line.data.status_code = 'signature'
  const record = write('unverified.json', JSON.stringify(line))
  const { stdout } = await explain('--record', record)
  assert.match(stdout, /note: the token was not verified/)
  assert.match(stdout, /REFUSED signature \(400 invalid_grant\)/)
  assert.match(stdout, /FAILED {3}signature/)
})

test('a token is explained without its signature, which is said', async () => {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'https://bureau.example.com',
    iat: now,
    exp: now + 300,
    ...PULL_REQUEST.claims,
  }
  const { sign } = makeSigner('RS256', 'k1')
  const token = sign({ alg: 'RS256', kid: 'k1', typ: 'JWT' }, claims)
  const file = write('token.jwt', `${token}\n`)
  for (const given of [token, `@${file}`]) {
    const { code, stdout, stderr } = await explain('--token', given)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /skipped {2}signature {3}keys are not fetched here/)
    assert.match(stdout, /REFUSED ambiguous_grant|REFUSED no_grant|GRANTED/)
    assert.ok(!stdout.includes(token.split('.')[2] ?? token))
  }
})

test('inline keys are at hand: a token that they did not sign is found out', async () => {
  const header = base64url(JSON.stringify({ alg: 'ES256', kid: 'partner-2026', typ: 'JWT' }))
  const now = Math.floor(Date.now() / 1000)
  const payload = base64url(
    JSON.stringify({
      iss: 'https://tokens.partner.example',
      aud: 'https://bureau.example.com/partner',
      sub: 'partner/orders',
      jti: '1',
      iat: now,
      exp: now + 60,
    }),
  )
  const token = `${header}.${payload}.${'A'.repeat(86)}`
  const resource = 'https://orders.acme.example'
  const { stdout } = await explain('--token', token, '--resource', resource)
  assert.match(stdout, /^REFUSED signature/)
  assert.match(stdout, /GRANTED {6}partner-orders/)
})

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['nothing to explain', [], /give one of --claims, --token, --test, --record/],
  ['two things', ['--claims', REPORTS, '--test', 'x'], /give one of/],
  ['no such file', ['--claims', '/no/such'], /the claims file \/no\/such cannot be read: ENOENT/],
  ['claims that are a list', ['--claims', write('list.json', '[]')], /must hold one JSON object/],
  ['an unknown provider', ['--claims', REPORTS, '--provider', 'x'], /has no provider "x"/],
  ['an unknown test', ['--test', 'x'], /has no test "x"/],
  ['no record', ['--record', write('empty.json', '{}')], /holds no record of a request/],
]
for (const [name, options, message] of wrong) {
  test(`explain called wrongly, ${name}, ends with 2`, async () => {
    const { code, stderr } = await explain(...options)
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
}

test('a policy that does not load says why, and ends with 1', async () => {
  const path = write('bad.yaml', 'version: 2\nproviders: []\n')
  const { code, stdout } = await bureau('policy', 'explain', path, '--test', 'x')
  assert.deepEqual([code, stdout], [1, `${path}:1:10: version must be 1\n`])
})
