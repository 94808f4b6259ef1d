import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecorder } from '../../shared/audit/recorder.ts'
import { sqliteSink } from '../../shared/audit/sinks/sqlite.ts'
import { timeOfUuidv7 } from '../../shared/domain/uuid.ts'
import { readPolicyFile } from '../../shared/policy/read-policy.ts'
import { keepingSink, recorderOptions } from '../support/audit.ts'
import { bigQueryDouble } from '../support/bigquery-double.ts'
import { bureau } from '../support/cli.ts'
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

function explain(...options: readonly string[]) {
  return bureau('policy', 'explain', POLICY, ...options)
}

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

test('a record is found in a table of BigQuery by its request', async () => {
  const { trail, refusal } = decidedCall(policy, PULL_REQUEST)
  const sink = keepingSink()
  const now = () => timeOfUuidv7(trail.requestId) ?? 0
  const recorder = createRecorder(recorderOptions({ policy: () => policy, sinks: [sink], now }))
  await recorder.outcome(trail, 400, refusal)
  const lines = sink.records.map(({ line }) => line)
  await using double = await bigQueryDouble(lines, { table: 'acme-audit.audit.deliveries' })
  process.env['BIGQUERY_EMULATOR_HOST'] = new URL(double.origin).host
  const source = 'bigquery:acme-audit.audit.deliveries'
  const { code, stdout } = await explain('--record', source, '--id', trail.requestId)
  assert.equal(code, 0)
  assert.ok(stdout.startsWith(`request ${trail.requestId} of `))
  assert.match(stdout, /\nREFUSED no_grant/)
  assert.deepEqual(double.complaints, [])
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
