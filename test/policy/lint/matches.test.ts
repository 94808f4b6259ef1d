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
  [
    "assertion.ref.startsWith('refs/heads/main')",
    "startsWith on the branch or tag in ref also fits 'refs/heads/main-evil': compare whole, or end it as in 'refs/heads/main/'",
  ],
  [
    "assertion.ref.contains('main')",
    "contains on the branch or tag in ref also fits 'evil-main-evil': compare whole, or split it first",
  ],
  [
    "assertion.ref.matches('main')",
    'matches on the branch or tag in ref also fits more around it: begin the pattern with ^( and end it with )$',
  ],
  [
    "assertion.ref.endsWith('/main')",
    "endsWith on the branch or tag in ref also fits 'evil/main': compare whole",
  ],
  [
    "assertion.ref.startsWith('refs/tags/v1')",
    "startsWith on the branch or tag in ref also fits 'refs/tags/v1-evil': compare whole, or end it as in 'refs/tags/v1/'",
  ],
  [
    "assertion.repository.endsWith('/app')",
    "endsWith on the name in repository also fits 'evil/app': compare whole",
  ],
  [
    "assertion.repository_id.startsWith('20')",
    "startsWith on the id in repository_id also fits '209': compare whole",
  ],
  [
    "attribute.repository_id.contains('20')",
    "contains on the id in repository_id also fits '9209': compare whole",
  ],
  [
    "!(assertion.workflow != 'a') && !!assertion.repository_id.endsWith('02')",
    "endsWith on the id in repository_id also fits '902': compare whole",
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
  const grantCondition = "assertion.sha == 'x' && assertion.repository.startsWith('acme')"
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
  // Families of branches and tags are a choice.
  "assertion.ref.startsWith('refs/tags/v')",
  "assertion.ref.startsWith('refs/heads/release/')",
  "assertion.ref.startsWith('refs/heads/release-')",
  "assertion.ref.startsWith('refs/heads/')",
  "assertion.ref.matches('^refs/tags/v[0-9]+$')",
  "assertion.job_workflow_ref.endsWith('@refs/heads/main')",
  "assertion.event_name.startsWith('work')",
  // Whoever fits by chance gets less.
  "!assertion.ref.startsWith('refs/pull')",
  "assertion.ref == 'refs/heads/main' && !(assertion.ref.contains('y') || assertion.ref.contains('x'))",
]
for (const grantCondition of anchored) {
  test(`anchored, or no name: ${grantCondition}`, () => {
    assert.deepEqual(findings(policyOf({ grantCondition })), [])
  })
}

/** A policy with a denial that has this condition. */
function denial(condition: string): string {
  return policyOf({ more: `denials:\n  - {id: nobody, condition: "${condition}"}\n` })
}

test('in a denial, what fits by chance is denied, unless it is spared', () => {
  assert.deepEqual(findings(denial("assertion.ref.startsWith('refs/heads/wip')")), [])
  for (const sparing of [
    "!assertion.ref.startsWith('refs/heads/main')",
    "assertion.ref.startsWith('refs/heads/main') == false",
    "!assertion.aud.exists(a, assertion.ref.contains('main'))",
  ])
    assert.deepEqual(rulesThatFind(denial(sparing)), ['unanchored-match'], sparing)
})

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
  assert.deepEqual(rulesOf("assertion.branch.startsWith('main')"), ['unanchored-match'])
  assert.deepEqual(rulesOf("assertion.tenant_id.startsWith('20')"), ['unanchored-match'])
  assert.deepEqual(rulesOf("assertion.groups.exists(g, g.endsWith('/admins'))"), [])
  assert.deepEqual(rulesOf("assertion.level.startsWith('high')"), [])
})

const absorbing: readonly (readonly [string, string])[] = [
  ["assertion.workflow == 'a' || assertion.environment == 'prod'", 'assertion.workflow'],
  [
    "has(assertion.workflow) && assertion.workflow == 'a' || assertion.environment == 'prod'",
    'assertion.environment',
  ],
  ["assertion.sub == 'a' || assertion.environment == 'prod'", 'assertion.environment'],
  ["assertion.workflow == 'a' || true && assertion.sub == 'x'", 'assertion.workflow'],
  [
    "assertion.workflow == 'a' && (assertion.actor == '' || attribute.repository == 'x')",
    'assertion.actor',
  ],
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
  "assertion.workflow == 'a' || assertion.workflow == 'b'",
  "has(assertion.workflow) && assertion.workflow == 'a' || has(assertion.environment) && assertion.environment == 'prod'",
  "!has(assertion.environment) || assertion.environment == 'prod'",
  "!('environment' in assertion) || assertion['environment'] == 'prod'",
  "assertion.sub == 'a' || assertion.iss == 'b'",
  "has(assertion.workflow) ? assertion.workflow == 'a' || assertion.workflow == 'b' : assertion.sub == 'c'",
]
for (const grantCondition of harmless) {
  test(`absorbs nothing: ${grantCondition}`, () => {
    assert.deepEqual(findings(policyOf({ grantCondition })), [])
  })
}
