import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testsOf } from '../../../shared/explain/tests/case.ts'
import { coverageOf } from '../../../shared/explain/tests/coverage.ts'
import { runTest } from '../../../shared/explain/tests/run.ts'
import { rehearsedRequest } from '../../../shared/http/rehearsed-request.ts'
import { formatProblem } from '../../../shared/policy/problem.ts'
import { loaded } from '../../support/policy-text.ts'

const POLICY = `version: 1
providers:
  - id: main
    issuer: https://ci.example
    audiences: [https://bureau.example.com]
    exchange: impersonation
    attributeMapping: {google.subject: assertion.sub}
    attributeCondition: assertion.org == '1'
grants:
  - id: one
    members: ['main:subject/a']
    condition: assertion.ref == 'x' && (!assertion.fork || assertion.owner == 'me')
    serviceAccount: one@acme.iam.gserviceaccount.com
    accessToken: {scopes: [openid]}
  - id: two
    mode: audit
    members: ['main:subject/b']
    serviceAccount: one@acme.iam.gserviceaccount.com
    accessToken: {scopes: [openid]}
denials:
  - id: never
    members: ['main:subject/c']
`

const anything = 'expect: {refused: no_grant}'

/** Coverage by tests with these claims. */
function coverage(...claims: readonly string[]) {
  const tests = claims.map((one) => `  - {name: it, provider: main, claims: ${one}, ${anything}}\n`)
  const list = tests.length === 0 ? ' []' : `\n${tests.join('')}`
  const policy = loaded(`${POLICY}tests:${list}\n`)
  const results = testsOf(policy).map((one) => runTest(one, policy, rehearsedRequest))
  const { gaps, ...counts } = coverageOf(policy, results)
  return { ...counts, gaps: gaps.map(formatProblem) }
}

test('without tests nothing is reached, and each gap stands at its place', () => {
  const { grants, denials, branches, gaps } = coverage()
  assert.deepEqual(
    [grants, denials],
    [
      { reached: 0, all: 2 },
      { reached: 0, all: 1 },
    ],
  )
  assert.deepEqual(branches, { reached: 0, all: 8 })
  assert.deepEqual(gaps.slice(0, 5), [
    'policy.yaml:10:9: no test is granted by one',
    'policy.yaml:15:9: no test is granted by two',
    'policy.yaml:21:9: no test is refused by the denial never',
    'policy.yaml:8:25: main: no test makes this true: assertion.org == "1"',
    'policy.yaml:8:25: main: no test makes this false: assertion.org == "1"',
  ])
})

test('grants, shadow grants and denials are reached by the decision that they make', () => {
  const { grants, denials } = coverage(
    "{sub: a, org: '1', ref: x, fork: false}",
    "{sub: b, org: '1'}",
    "{sub: c, org: '1'}",
  )
  assert.deepEqual(
    [grants, denials],
    [
      { reached: 2, all: 2 },
      { reached: 1, all: 1 },
    ],
  )
})

test('an operand behind one that settled the answer is not reached', () => {
  const { gaps } = coverage("{sub: a, org: '1', ref: y, fork: true, owner: me}")
  assert.deepEqual(
    gaps.filter((gap) => gap.includes('one: ')).map((gap) => gap.slice(gap.indexOf('makes'))),
    [
      'makes this true: assertion.ref == "x"',
      'makes this true: assertion.fork',
      'makes this false: assertion.fork',
      'makes this true: assertion.owner == "me"',
      'makes this false: assertion.owner == "me"',
    ],
  )
})

test('with a test for each side every branch is reached', () => {
  const { branches, gaps } = coverage(
    "{sub: a, org: '2'}",
    "{sub: a, org: '1', ref: y}",
    "{sub: a, org: '1', ref: x, fork: false}",
    "{sub: a, org: '1', ref: x, fork: true, owner: me}",
    "{sub: a, org: '1', ref: x, fork: true, owner: you}",
  )
  assert.deepEqual(branches, { reached: 8, all: 8 })
  assert.deepEqual(
    gaps.filter((gap) => gap.includes('makes')),
    [],
  )
})
