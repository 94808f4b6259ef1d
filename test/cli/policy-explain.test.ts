import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { bureau } from '../support/cli.ts'
import { base64url, makeSigner } from '../support/keys.ts'
import { scratch } from '../support/scratch.ts'

const POLICY = 'deploy/policy.yaml'
const write = scratch()
/** Claims of a pull request's pipeline. */
const PULL_REQUEST = {
  sub: 'repo:acme@1001/app@2002:pull_request',
  repository_id: '2002',
  repository_owner_id: '1001',
  runner_environment: 'github-hosted',
  ref: 'refs/pull/7/merge',
  event_name: 'pull_request',
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

test('a token is explained without its signature, which is said', async () => {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'https://bureau.example.com',
    iat: now,
    exp: now + 300,
    ...PULL_REQUEST,
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

const UNSET: readonly (readonly [what: string, claims: object, told: string])[] = [
  [
    'a claim is not there',
    { sub: 'f3b1', azp: 'batch-jobs' },
    'google.groups is not set  assertion.groups: field not found: groups',
  ],
  [
    'a claim is of another type',
    { sub: 'f3b1', azp: 'batch-jobs', groups: 'reports' },
    'google.groups is not set  assertion.groups: "reports", but the result must be a list of strings',
  ],
  [
    'loops within loops go over a long list',
    { sub: 'f3b1', azp: 'batch-jobs', groups: Array.from({ length: 500 }, () => 'g') },
    'the evaluation took more work than it may: shorten its loops, lists or patterns',
  ],
]

for (const [what, claims, told] of UNSET) {
  test(`why an attribute is not set is told: ${what}`, async () => {
    const policy = write(
      'loop.yaml',
      readFileSync(POLICY, 'utf8').replace(
        'attribute.azp: assertion.azp',
        'attribute.azp: "assertion.groups.exists(g, assertion.groups.exists(h, g != h)) ? assertion.azp : assertion.sub"',
      ),
    )
    const path = write('unset.json', JSON.stringify(claims))
    const options = ['--claims', path, '--provider', 'keycloak']
    const { stdout } = await bureau('policy', 'explain', policy, ...options)
    assert.ok(stdout.includes(`${told}\n`), stdout)
  })
}

test('a name that two tests have is no name', async () => {
  const twice = readFileSync(POLICY, 'utf8').replace(
    'a tag does not deploy yet',
    'the main branch deploys',
  )
  const options = ['--test', 'the main branch deploys']
  const { code, stderr } = await bureau('policy', 'explain', write('twice.yaml', twice), ...options)
  assert.equal(code, 2)
  assert.match(stderr, /the policy has several tests "the main branch deploys": rename all but one/)
})

test('a test that is not there is told as one, with the name that was nearly given', async () => {
  const { code, stderr } = await explain('--test', 'the main branch deploy')
  assert.equal(code, 2)
  assert.match(
    stderr,
    /: the policy has no test "the main branch deploy", did you mean "the main branch deploys"\?\n/,
  )
  assert.match((await explain('--test', 'nope')).stderr, /: the policy has no test "nope"\n/)
})
