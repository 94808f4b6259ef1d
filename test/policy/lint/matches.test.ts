import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findings, policyOf, rulesThatFind } from '../../support/lint.ts'

test('a policy without dangers has no findings', () => {
  assert.deepEqual(findings(policyOf()), [])
})

const unanchored: readonly (readonly [string, string])[] = [
  [
    'assertion.repository.startsWith(assertion.repository_owner)',
    "startsWith on the name in repository also fits longer names: compare whole, or end it by '/'",
  ],
  [
    "assertion.repository.startsWith('acme')",
    "startsWith on the name in repository also fits 'acme-evil': compare whole, or end it as in 'acme/'",
  ],
  [
    "assertion.sub.contains('acme')",
    "contains on the name in sub also fits 'evil-acme-evil': compare whole, or split it first",
  ],
  [
    "assertion.actor.endsWith('acme.com')",
    "endsWith on the name in actor also fits 'evilacme.com': compare whole, or begin it as in '@acme.com'",
  ],
  [
    "assertion.sub.matches('^repo:acme/app')",
    'matches on the name in sub also fits more around it: begin the pattern with ^( and end it with )$',
  ],
  [
    "assertion['repository_owner'].startsWith('acme')",
    "startsWith on the name in repository_owner also fits 'acme-evil': compare whole, or end it as in 'acme/'",
  ],
  [
    "attribute.repository.startsWith('acme-')",
    "startsWith on the name in repository also fits 'acme--evil': compare whole, or end it as in 'acme-/'",
  ],
  [
    "google.subject != '' && assertion.sub.split(':').exists(part, part.startsWith('acme'))",
    "startsWith on the name in sub also fits 'acme-evil': compare whole, or end it as in 'acme/'",
  ],
  [
    "assertion.repository.lowerAscii().startsWith('acme')",
    "startsWith on the name in repository also fits 'acme-evil': compare whole, or end it as in 'acme/'",
  ],
]
for (const [grantCondition, message] of unanchored) {
  test(`unanchored: ${grantCondition}`, () => {
    const [found, ...others] = findings(policyOf({ grantCondition }))
    assert.match(found ?? '', /^policy\.yaml:14:\d+: /)
    assert.equal(found?.split(': ').slice(1).join(': '), `${message} [unanchored-match]`)
    assert.deepEqual(others, [])
  })
}

test('the finding stands at the very function', () => {
  const grantCondition = "assertion.ref == 'x' && assertion.repository.startsWith('acme')"
  const [found] = findings(policyOf({ grantCondition }))
  assert.match(found ?? '', /^policy\.yaml:14:52: startsWith/)
})

const anchored: readonly string[] = [
  "assertion.repository.startsWith(assertion.repository_owner + '/')",
  "assertion.repository.startsWith('acme/')",
  "assertion.sub.startsWith('repo:acme/app:')",
  "assertion.repository == 'acme/app'",
  "assertion.actor.endsWith('@acme.com')",
  "assertion.sub.matches('^repo:(acme|beta)/app$')",
  // A branch is not a name that strangers can take.
  "assertion.ref.startsWith('refs/tags/v')",
  "assertion.repository_id.startsWith('20')",
]
for (const grantCondition of anchored) {
  test(`anchored, or no name: ${grantCondition}`, () => {
    assert.deepEqual(findings(policyOf({ grantCondition })), [])
  })
}

const halfOpen = ["'^acme$|evil'", "'acme$'", "'^acme[$]'", "'^acme\\\\\\\\$x'"]
for (const pattern of halfOpen) {
  test(`half open: ${pattern}`, () => {
    const grantCondition = `assertion.repository.matches(${pattern})`
    assert.deepEqual(rulesThatFind(policyOf({ grantCondition })), ['unanchored-match'])
  })
}

test('of an unknown issuer, claims are names by what they are called', () => {
  const issuer = 'https://sso.acme.example'
  const rulesOf = (grantCondition: string) => rulesThatFind(policyOf({ issuer, grantCondition }))
  assert.deepEqual(rulesOf("assertion.email.endsWith('acme.com')"), ['unanchored-match'])
  assert.deepEqual(rulesOf("assertion.groups.exists(g, g.startsWith('admin'))"), [
    'unanchored-match',
  ])
  assert.deepEqual(rulesOf("assertion.level.startsWith('high')"), [])
})

const absorbing: readonly (readonly [string, string])[] = [
  ["assertion.ref == 'a' || assertion.environment == 'prod'", 'assertion.ref'],
  [
    "has(assertion.ref) && assertion.ref == 'a' || assertion.environment == 'prod'",
    'assertion.environment',
  ],
  ["assertion.sub == 'a' || assertion.environment == 'prod'", 'assertion.environment'],
  ["assertion.ref == 'a' || true && assertion.sub == 'x'", 'assertion.ref'],
  ["assertion.ref == 'a' && (assertion.b == '' || attribute.repository == 'x')", 'assertion.b'],
]
for (const [grantCondition, path] of absorbing) {
  test(`absorbs an error: ${grantCondition}`, () => {
    const [found] = findings(policyOf({ grantCondition }))
    assert.match(found ?? '', /^policy\.yaml:14:\d+: where /)
    assert.ok(
      found?.endsWith(
        `where ${path} is not there, this side of || is an error, and the other side decides alone: write has(${path}) && ... [absorbed-error]`,
      ),
      found,
    )
  })
}

const harmless: readonly string[] = [
  "assertion.ref == 'a' || assertion.ref == 'b'",
  "has(assertion.ref) && assertion.ref == 'a' || has(assertion.environment) && assertion.environment == 'prod'",
  "!has(assertion.environment) || assertion.environment == 'prod'",
  "!('environment' in assertion) || assertion['environment'] == 'prod'",
  "assertion.sub == 'a' || assertion.iss == 'b'",
  "has(assertion.ref) ? assertion.ref == 'a' || assertion.ref == 'b' : assertion.sub == 'c'",
]
for (const grantCondition of harmless) {
  test(`absorbs nothing: ${grantCondition}`, () => {
    assert.deepEqual(findings(policyOf({ grantCondition })), [])
  })
}
