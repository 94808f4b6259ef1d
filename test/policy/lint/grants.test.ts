import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findings, policyOf, rulesThatFind, type Parts } from '../../support/lint.ts'

const found: readonly (readonly [string, Parts, string])[] = [
  [
    'everybody of a provider',
    { members: 'main:*' },
    "policy.yaml:12:15: main:* is everybody whom the provider's condition lets in: name an attribute or a group [wildcard-member]",
  ],
  [
    'a lifetime under ten minutes',
    { lifetime: 599 },
    "policy.yaml:16:92: Google's clients renew 5 minutes early: with 599 s they exchange at nearly every call, give 600 or more [short-lifetime]",
  ],
  [
    'a member whom the condition excludes',
    { grantCondition: "assertion.repository_id == '2003'" },
    'policy.yaml:12:15: nobody can be main:attribute.repository_id/2002 here: provider main, member and condition hold assertion.repository_id to values that exclude each other [unreachable-grant]',
  ],
  [
    'a condition that the provider excludes',
    { grantCondition: "assertion.repository_owner_id == '1002'" },
    'policy.yaml:12:15: nobody can be main:attribute.repository_id/2002 here: provider main, member and condition hold assertion.repository_owner_id to values that exclude each other [unreachable-grant]',
  ],
  [
    'a subject beyond 127 bytes',
    { members: `main:subject/${'x'.repeat(128)}` },
    `policy.yaml:12:15: nobody can be main:subject/${'x'.repeat(128)} here: a subject has at most 127 bytes, this one has 128 [unreachable-grant]`,
  ],
  [
    'a denial that wins over the grant',
    { more: "denials:\n  - {id: nobody, members: ['main:*']}\n" },
    'policy.yaml:12:15: nobody can be main:attribute.repository_id/2002 here: denial nobody wins over it [unreachable-grant]',
  ],
  [
    'a subject made of names',
    { mapping: 'google.subject: assertion.sub, attribute.repository_id: assertion.repository_id' },
    'policy.yaml:7:40: the subject can have any number of bytes, Google takes 127: map an id instead of names, or use exchange: assertion [long-subject]',
  ],
  [
    'a subject of many ids',
    {
      mapping:
        'google.subject: "assertion.repository_id + assertion.actor_id + assertion.run_id + assertion.enterprise_id", attribute.repository_id: assertion.repository_id',
    },
    'policy.yaml:7:40: the subject can have up to 160 bytes, Google takes 127: map an id instead of names, or use exchange: assertion [long-subject]',
  ],
]
for (const [name, parts, message] of found) {
  test(`found: ${name}`, () => {
    assert.deepEqual(findings(policyOf(parts)), [message])
  })
}

const SECOND = `  - id: second
    members: ['main:attribute.repository_id/2002']
    condition: assertion.ref == 'refs/heads/main'
    serviceAccount: other@acme-prod.iam.gserviceaccount.com
    accessToken: {scopes: ['https://www.googleapis.com/auth/cloud-platform'], maxLifetime: 900}
`

test('two grants that differ only in account are found, others are not', () => {
  assert.deepEqual(findings(policyOf({ more: SECOND })), [
    'policy.yaml:20:21: the grant differs from deploy only in its account: a request that names no account is refused as ambiguous [twin-grants]',
  ])
  for (const [from, to] of [
    ['other@', 'deployer@'],
    ['2002', '2003'],
    ["main'\n", "topic'\n"],
    ['900', '901'],
  ] as const)
    assert.deepEqual(findings(policyOf({ more: SECOND.replace(from, to) })), [], to)
})

const tenants: readonly (readonly [string, Parts, boolean])[] = [
  ['a name alone', { condition: "assertion.repository_owner == 'acme'" }, true],
  [
    'an id in one branch only',
    { condition: "assertion.repository_owner_id == '1' || assertion.actor == 'me'" },
    true,
  ],
  ['an id that must not be', { condition: "assertion.repository_owner_id != '1'" }, true],
  ['an id', { condition: "assertion.repository_owner_id == '1'" }, false],
  [
    'an id beside a name',
    { condition: "assertion.actor == 'me' && '1' == assertion['repository_id']" },
    false,
  ],
  ['one of several ids', { condition: "assertion.repository_owner_id in ['1', '2']" }, false],
  [
    'an id in every branch',
    { condition: "assertion.repository_owner_id == '1' || assertion.repository_owner_id == '2'" },
    false,
  ],
  ['an id as an attribute', { condition: "attribute.repository_id == '2002'" }, false],
]
for (const [name, parts, expected] of tenants) {
  test(`the tenant is ${expected ? 'not ' : ''}held by ${name}`, () => {
    const text = policyOf({
      ...parts,
      members: expected
        ? 'main:attribute.repository/acme/app'
        : 'main:attribute.repository_id/2002',
    })
    assert.equal(rulesThatFind(text).includes('tenant-not-pinned'), expected)
  })
}

test('grants that each hold an id make up for a provider that does not', () => {
  assert.deepEqual(findings(policyOf({ condition: "assertion.repository_owner == 'acme'" })), [])
})

test('the message names the claims and the page of the issuer', () => {
  const [message] = findings(
    policyOf({
      condition: "assertion.repository_owner == 'acme'",
      members: 'main:attribute.repository/acme/app',
    }),
  )
  assert.equal(
    message,
    'policy.yaml:8:25: anybody can have tokens of this issuer, and names change hands: hold one of assertion.repository_owner_id, assertion.repository_id, assertion.enterprise_id by == (https://docs.github.com/en/actions/reference/security/oidc) [tenant-not-pinned]',
  )
})

const issuers: readonly (readonly [string, string, string])[] = [
  ['https://gitlab.com', "assertion.namespace_path == 'acme'", "assertion.namespace_id == '72'"],
  [
    'https://agent.buildkite.com',
    "assertion.organization_slug == 'acme'",
    "assertion.organization_id == '0184990a-477b-4fa8-9968-496074483077'",
  ],
  [
    'https://app.terraform.io',
    "assertion.terraform_organization_name == 'acme'",
    "assertion.terraform_organization_id == 'org-x'",
  ],
  [
    'https://login.microsoftonline.com/2f4a9838-26b7-47ee-be60-ccc1fdec5953/v2.0',
    "assertion.appid == 'x'",
    "assertion.tid == '2f4a9838-26b7-47ee-be60-ccc1fdec5953'",
  ],
  [
    'https://oidc.circleci.com/org/0f0a5b3c-5c5e-4f3e-9a53-0b8f5f0c1a11',
    "assertion['oidc.circleci.com/vcs-origin'] == 'x'",
    "assertion.sub.startsWith('org/0f0a5b3c/project/')",
  ],
  [
    'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC',
    "assertion.level == 'x'",
    "assertion['kubernetes.io'].namespace == 'payments'",
  ],
]
for (const [issuer, loose, held] of issuers) {
  test(`known: ${issuer}`, () => {
    const members = 'main:attribute.repository/acme/app'
    const grantCondition = "assertion.sub != 'x'"
    const rules = [loose, held].map((condition) =>
      rulesThatFind(policyOf({ issuer, condition, members, grantCondition })),
    )
    assert.deepEqual(rules, [['tenant-not-pinned'], []])
  })
}

test('one audience at two providers is found', () => {
  const second = `  - id: second
    issuer: https://ci.acme.example
    audiences: [https://own.example.com, https://bureau.example.com]
    exchange: impersonation
    attributeMapping: {google.subject: assertion.sub}
    attributeCondition: assertion.sub == 'job'
grants:
`
  assert.deepEqual(findings(policyOf().replace('grants:\n', second)), [
    'policy.yaml:12:42: provider main has the audience https://bureau.example.com too: give each its own, as in https://bureau.example.com/second [shared-audience]',
  ])
})

const allowing: readonly (readonly [string, string, boolean])[] = [
  ['beside it', "['main:*'] # allow wildcard-member: all may read", true],
  [
    'above it',
    "\n      # allow wildcard-member: all may read\n      # and more words\n      ['main:*']",
    true,
  ],
  ['of another rule', "['main:*'] # allow short-lifetime: no", false],
  [
    'with something in between',
    "# allow wildcard-member: all may read\n      # x\n      ['main:subject/x',\n      'main:*']",
    false,
  ],
]
for (const [name, members, allowed] of allowing) {
  test(`a comment that allows ${name} ${allowed ? 'counts' : 'does not count'}`, () => {
    const text = policyOf().replace("['main:attribute.repository_id/2002']", members)
    assert.equal(findings(text).length, allowed ? 0 : 1)
  })
}

/** What is found where the line of the members ends with a comment. */
function said(comment: string): readonly string[] {
  const text = policyOf().replace("2002']", `2002'] ${comment}`)
  return findings(text).map((one) => one.replace(/^policy\.yaml:12:/, ''))
}

test('a comment that allows nothing is told, prose is not', () => {
  assert.deepEqual(said('# allow wildcard-membr: all may read'), [
    '60: there is no rule wildcard-membr, did you mean wildcard-member? Nothing is allowed by this comment [idle-allow]',
  ])
  for (const colon of ['', ':', ': '])
    assert.deepEqual(said(`# allow wildcard-member${colon}`), [
      '60: nothing is allowed without a reason: # allow wildcard-member: why [idle-allow]',
    ])
  assert.deepEqual(said('# allow self-hosted: runners of our own'), [])
  assert.deepEqual(said('# we allow all'), [])
})

test('what was not allowed stays found beside the comment that failed to', () => {
  const text = policyOf().replace(
    "['main:attribute.repository_id/2002']",
    "['main:*'] # allow wildcard-membr: all may",
  )
  assert.deepEqual(rulesThatFind(text), ['wildcard-member', 'idle-allow'])
})
