import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bureau } from '../support/cli.ts'
import { policyOf } from '../support/lint.ts'
import { scratch } from '../support/scratch.ts'

const write = scratch()
const PASSES = `tests:
  - name: main deploys
    preset: github
    provider: main
    expect: {granted: {serviceAccount: deployer@acme-prod.iam.gserviceaccount.com}}
`
const FAILS = `${PASSES}  - name: a tag deploys
    preset: github
    provider: main
    claims: {ref: refs/tags/v1}
    expect: {granted: {serviceAccount: deployer@acme-prod.iam.gserviceaccount.com}}
`
const good = write('good.yaml', policyOf({ more: PASSES }))
const bad = write('bad.yaml', policyOf({ more: FAILS }))

for (const path of [
  'deploy/policy.yaml',
  'deploy/local/policy.yaml',
  'test/policies/on-prem-keycloak.yaml',
  'test/policies/github-organisation.yaml',
  'test/policies/partner-inline-keys.yaml',
]) {
  test(`${path} passes its tests, and they reach all of it`, async () => {
    const { code, stdout } = await bureau(
      'policy',
      'test',
      path,
      '--full-coverage',
      '--allow-loopback',
    )
    assert.equal(code, 0, stdout)
    assert.match(
      stdout,
      /\n\d+ tests, 0 failed\ncoverage: grants (\d+)\/\1, denials (\d+)\/\2, condition branches (\d+)\/\3\n$/,
    )
  })
}

test('a failed test says what was expected and what came, and ends with 1', async () => {
  const { code, stdout } = await bureau('policy', 'test', bad)
  assert.equal(code, 1)
  assert.match(stdout, /^ok {4}main deploys\nFAIL {2}a tag deploys\n/)
  assert.match(
    stdout,
    /\n {6}\S+bad\.yaml:26:13: test "a tag deploys": expected granted deployer@\S+, got refused no_grant \(nearest grant deploy: the grant's condition is false\)\n/,
  )
  assert.match(stdout, /\n2 tests, 1 failed\n/)
})

test('what no test reached is told at its place, and fails only where that is wanted', async () => {
  const { code, stdout } = await bureau('policy', 'test', good)
  assert.equal(code, 0)
  assert.match(stdout, /coverage: grants 1\/1, denials 0\/0, condition branches 2\/4\n/)
  assert.match(
    stdout,
    /good\.yaml:14:7: deploy: no test makes this false: assertion\.ref == "refs\/heads\/main"\n/,
  )
  assert.equal((await bureau('policy', 'test', good, '--full-coverage')).code, 1)
})

test('TAP is for those who read it', async () => {
  const { code, stdout } = await bureau('policy', 'test', bad, '--tap')
  assert.equal(code, 1)
  const lines = stdout.split('\n')
  assert.deepEqual(lines.slice(0, 5), [
    'TAP version 14',
    '1..2',
    'ok 1 - main deploys',
    'not ok 2 - a tag deploys',
    '  ---',
  ])
  assert.match(lines[5] ?? '', /^ {2}message: "test /)
})

test('JSON has every decision', async () => {
  const { code, stdout } = await bureau('policy', 'test', bad, '--json')
  const { ok, tests, coverage } = JSON.parse(stdout)
  assert.deepEqual([code, ok], [1, false])
  assert.deepEqual(
    tests.map(({ passed }: { passed: boolean }) => passed),
    [true, false],
  )
  assert.equal(tests[0].decision.granted.grant, 'deploy')
  assert.equal(tests[1].problem.line, 26)
  assert.deepEqual(coverage.grants, { reached: 1, all: 1 })
})

test('tests may stand in a file of their own', async () => {
  const more = write(
    'more.yaml',
    'version: 1\ntests:\n  - {name: another repository does not, preset: github, provider: main, claims: {repository_id: "9"}, expect: {refused: no_grant}}\n',
  )
  const { code, stdout } = await bureau('policy', 'test', good, '--tests', more)
  assert.equal(code, 0, stdout)
  assert.match(stdout, /another repository does not\n\n2 tests, 0 failed/)
})

const unreadable: readonly (readonly [string, string, RegExp])[] = [
  [
    'rules among the tests',
    'version: 1\ngrants: []\ntests: []\n',
    /:2:1: grants may not stand in a file of tests/,
  ],
  [
    'a mistake',
    'version: 1\ntests: [{name: x}]\n',
    /:2:9: expect is missing|must have provider or preset/,
  ],
  ['no YAML', '"', /:1:\d+: /],
]
for (const [name, text, message] of unreadable) {
  test(`a file of tests with ${name} is not run`, async () => {
    const path = write('odd.yaml', text)
    const { code, stdout } = await bureau('policy', 'test', good, '--tests', path)
    assert.equal(code, 1)
    assert.match(stdout, message)
  })
}

test('a test of a provider that is not there fails, also in a file of its own', async () => {
  const more = write(
    'stray.yaml',
    'version: 1\ntests: [{name: stray, provider: nobody, expect: {refused: no_grant}}]\n',
  )
  const { code, stdout } = await bureau('policy', 'test', good, '--tests', more)
  assert.equal(code, 1)
  assert.match(stdout, /stray\.yaml:2:16: test "stray": there is no provider "nobody"/)
})

test('a policy without tests proves nothing, and ends with 1', async () => {
  const path = write('none.yaml', policyOf())
  const { code, stdout } = await bureau('policy', 'test', path)
  assert.equal(code, 1)
  assert.match(stdout, /^no tests: write some under tests:, or name a file of them by --tests\n/)
  const json = await bureau('policy', 'test', path, '--json')
  assert.deepEqual([json.code, JSON.parse(json.stdout).ok], [1, false])
  assert.match((await bureau('policy', 'test', path, '--tap')).stdout, /\n1\.\.0 # no tests: /)
})
