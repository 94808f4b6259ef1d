import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findings, policyOf, rulesThatFind } from '../../support/lint.ts'

const alwaysTrue: readonly string[] = [
  'true',
  '1 == 1',
  "'a' in ['a', 'b']",
  "assertion.workflow == 'a' || true",
  "assertion.workflow != 'a' || assertion.workflow != 'b'",
  "assertion.workflow == 'a' || assertion.workflow != 'a'",
  'has(assertion.workflow) || !has(assertion.workflow)',
  'assertion.workflow == assertion.workflow',
  "assertion.workflow.startsWith('')",
  "assertion.workflow.matches('.*')",
  "assertion.workflow.matches('^.*$')",
  'has(assertion.sub)',
  "'iss' in assertion",
  "assertion.sub != ''",
  "assertion.iss == 'https://token.actions.githubusercontent.com'",
  "assertion.workflow == 'a' ? true : 1 < 2",
  'assertion.aud.all(a, true)',
  '!false && size([1]) == 1',
]
for (const grantCondition of alwaysTrue) {
  test(`always true: ${grantCondition}`, () => {
    assert.ok(
      findings(policyOf({ grantCondition })).includes(
        'policy.yaml:13:16: the condition is always true: leave it out, or say what it should [constant-condition]',
      ),
    )
  })
}

const depends: readonly string[] = [
  "assertion.workflow == 'a'",
  "assertion.workflow != 'a' || assertion.workflow == 'b'",
  "assertion.workflow != 'a' && assertion.workflow != 'b'",
  'has(assertion.workflow)',
  "assertion.workflow.matches('^$')",
  "assertion.sub == 'a'",
  'assertion.aud.exists(a, true)',
  "!(assertion.workflow == 'a')",
]
for (const grantCondition of depends) {
  test(`depends on the token: ${grantCondition}`, () => {
    assert.deepEqual(findings(policyOf({ grantCondition })), [])
  })
}

const neverTrue: readonly string[] = [
  'false',
  "assertion.workflow == 'a' && assertion.workflow == 'b'",
  "assertion.workflow in ['a', 'b'] && assertion['workflow'] == 'c'",
  "assertion.workflow == 'a' && !(assertion.workflow == 'a')",
  "assertion.iss == 'https://elsewhere.example'",
  "assertion.sub == ''",
  '!has(assertion.sub)',
]
for (const grantCondition of neverTrue) {
  test(`never true: ${grantCondition}`, () => {
    assert.deepEqual(findings(policyOf({ grantCondition })), [
      'policy.yaml:13:16: the condition is never true: nobody can use this grant [unreachable-grant]',
    ])
  })
}

test("a provider's condition that is always true takes every token of the issuer", () => {
  const text = policyOf({ issuer: 'https://ci.acme.example', condition: "assertion.sub != ''" })
  assert.deepEqual(findings(text), [
    'policy.yaml:8:25: the condition is always true: every token of the issuer for this audience is taken [constant-condition]',
  ])
  const never = policyOf({ issuer: 'https://ci.acme.example', condition: 'false' })
  assert.deepEqual(findings(never), [
    'policy.yaml:8:25: the condition is never true: no token is ever taken [constant-condition]',
  ])
})

/** A policy with a denial that has this condition. */
function denial(condition: string): string {
  return policyOf({
    more: `denials:\n  - {id: nobody, members: ['main:subject/x'], condition: "${condition}"}\n`,
  })
}

test('a denial that always strikes, or never, is found', () => {
  assert.match(findings(denial('true'))[0] ?? '', /strikes everybody whom it names/)
  assert.match(findings(denial('false'))[0] ?? '', /the denial never strikes/)
  assert.deepEqual(rulesThatFind(denial("assertion.workflow == 'a'")), [])
})
