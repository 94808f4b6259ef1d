import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bureau } from '../support/cli.ts'
import { policyOf, type Parts } from '../support/lint.ts'
import { wholeWith } from '../support/policy-text.ts'
import { scratch } from '../support/scratch.ts'

const write = scratch()

for (const path of [
  'deploy/policy.yaml',
  'deploy/local/policy.yaml',
  'test/policies/on-prem-keycloak.yaml',
  'test/policies/github-organisation.yaml',
  'test/policies/partner-inline-keys.yaml',
]) {
  test(`${path} passes the check`, async () => {
    const { code, stdout } = await bureau('policy', 'check', path, '--allow-loopback')
    assert.equal(code, 0, stdout)
    assert.match(stdout, /^ok: \d+ providers?, \d+ grants, \d+ denials?/m)
  })
}

test('what does not load is told with its place, and ends with 1', async () => {
  const path = write(
    'bad.yaml',
    wholeWith(4, '    isuer: https://ci.example').replace('maxLifetime: 900', 'maxLifetime: 0'),
  )
  const { code, stdout } = await bureau('policy', 'check', path)
  assert.equal(code, 1)
  const lines = stdout.trimEnd().split('\n')
  assert.ok(
    lines.slice(0, -1).every((line) => /^\S+bad\.yaml:\d+:\d+: \S/.test(line)),
    stdout,
  )
  assert.match(stdout, /unknown key "isuer", did you mean "issuer"\?/)
  assert.match(lines.at(-1) ?? '', /^not loaded: \d+ problems$/)
})

test('a file that is not there is told as one', async () => {
  const { code, stdout } = await bureau('policy', 'check', '/no/such.yaml')
  assert.equal(code, 1)
  assert.match(stdout, /^\/no\/such\.yaml:1:1: the file cannot be read: ENOENT\n/)
})

const dangers: readonly (readonly [rule: string, Parts, line: RegExp])[] = [
  [
    'unanchored-match',
    { grantCondition: "assertion.repository.startsWith('acme')" },
    /:14:28: startsWith on the name in repository also fits 'acme-evil': compare whole, or end it as in 'acme\/'/,
  ],
  [
    'unknown-claim',
    { grantCondition: "assertion.reff == 'refs/heads/main'" },
    /:14:\d+: tokens of github have no claim reff, did you mean ref\?/,
  ],
  [
    'claim-form',
    { grantCondition: "assertion.ref == 'main'" },
    /:14:24: tokens of github have ref as in 'refs\/heads\/main', it never equals 'main'/,
  ],
  [
    'tenant-not-pinned',
    {
      condition: "assertion.repository_owner == 'acme'",
      members: 'main:attribute.repository/acme/app',
    },
    /:8:25: anybody can have tokens of this issuer, and names change hands: hold one of assertion\.repository_owner_id/,
  ],
  [
    'constant-condition',
    { grantCondition: "assertion.workflow != 'a' || assertion.workflow != 'b'" },
    /:13:16: the condition is always true: leave it out, or say what it should/,
  ],
  [
    'absorbed-error',
    { grantCondition: "assertion.sub == 'a' || assertion.environment == 'prod'" },
    /:14:\d+: where assertion\.environment is not there, this side of \|\| is an error/,
  ],
  [
    'wildcard-member',
    { members: 'main:*' },
    /:12:15: main:\* is everybody whom the provider's condition/,
  ],
  [
    'short-lifetime',
    { lifetime: 300 },
    /:16:92: Google's clients renew 5 minutes early: with 300 s/,
  ],
  [
    'unreachable-grant',
    { grantCondition: 'false' },
    /:13:16: the condition is never true: nobody can use/,
  ],
  [
    'twin-grants',
    {
      more: "  - id: twin\n    members: ['main:attribute.repository_id/2002']\n    condition: assertion.ref == 'refs/heads/main'\n    serviceAccount: twin@acme-prod.iam.gserviceaccount.com\n    accessToken: {scopes: ['https://www.googleapis.com/auth/cloud-platform'], maxLifetime: 900}\n",
    },
    /:20:21: the grant differs from deploy only in its account/,
  ],
  [
    'long-subject',
    { mapping: 'google.subject: assertion.sub, attribute.repository_id: assertion.repository_id' },
    /:7:40: the subject can have any number of bytes, Google takes 127/,
  ],
]
for (const [rule, parts, line] of dangers) {
  test(`check warns of ${rule}, at its place, and ends with 1`, async () => {
    const path = write(`${rule}.yaml`, policyOf(parts))
    const { code, stdout } = await bureau('policy', 'check', path)
    assert.equal(code, 1)
    const [found = '', summary] = stdout.split('\n')
    assert.ok(found.startsWith(path))
    assert.match(found, line)
    assert.ok(found.endsWith(` [${rule}]`))
    assert.match(summary ?? '', /^loads, with 1 finding: 1 provider, [12] grants?, 0 denials$/)
  })
}

test('check warns of shared-audience', async () => {
  const second = `  - {id: second, issuer: 'https://ci.acme.example', audiences: ['https://bureau.example.com'], exchange: impersonation, attributeMapping: {google.subject: assertion.sub}, attributeCondition: assertion.sub == 'x'}\ngrants:\n`
  const path = write('shared.yaml', policyOf().replace('grants:\n', second))
  const { code, stdout } = await bureau('policy', 'check', path)
  assert.equal(code, 1)
  assert.match(
    stdout,
    /:10:\d+: provider main has the audience https:\/\/bureau\.example\.com too: .* \[shared-audience\]/,
  )
})

test('what is meant is allowed by a comment, and counted', async () => {
  const text = policyOf({ members: 'main:*' }).replace(
    "['main:*']",
    "['main:*'] # allow wildcard-member: all may",
  )
  const { code, stdout } = await bureau('policy', 'check', write('allowed.yaml', text))
  assert.deepEqual([code, stdout], [0, 'ok: 1 provider, 1 grant, 0 denials, 1 allowed\n'])
})

test('what a preset stands for is printed', async () => {
  const { stdout } = await bureau('policy', 'check', 'deploy/policy.yaml')
  assert.match(
    stdout,
    /^provider github, preset github, expands to:\n {2}issuer: https:\/\/token\.actions/,
  )
  assert.match(
    stdout,
    /\n {2}attributeMapping\.attribute\.repository_id: assertion\.repository_id\n/,
  )
  const quiet = await bureau('policy', 'check', '--quiet', 'deploy/policy.yaml')
  assert.doesNotMatch(quiet.stdout, /expands/)
})

test('for programs everything is JSON', async () => {
  const good = JSON.parse((await bureau('policy', 'check', 'deploy/policy.yaml', '--json')).stdout)
  assert.equal(good.ok, true)
  assert.match(good.digest, /^sha256:[0-9a-f]{64}$/)
  assert.deepEqual(
    good.accepted.map(({ rule }: { rule: string }) => rule),
    ['wildcard-member'],
  )
  assert.equal(good.presets[0].preset, 'github')
  const path = write('short.yaml', policyOf({ lifetime: 300 }))
  const { code, stdout } = await bureau('policy', 'check', path, '--json')
  const { ok, findings } = JSON.parse(stdout)
  assert.deepEqual([code, ok, findings.length], [1, false, 1])
  assert.deepEqual(
    [findings[0].rule, findings[0].line, findings[0].column],
    ['short-lifetime', 16, 92],
  )
  const bad = await bureau(
    'policy',
    'check',
    write('worse.yaml', 'version: 2\nproviders: []\n'),
    '--json',
  )
  assert.equal(bad.code, 1)
  assert.equal(JSON.parse(bad.stdout).problems[0].message, 'version must be 1')
})

test('loopback issuers pass only where they are permitted', async () => {
  const path = write('loopback.yaml', policyOf({ issuer: 'http://127.0.0.1:8081' }))
  assert.equal((await bureau('policy', 'check', path)).code, 1)
  assert.equal((await bureau('policy', 'check', path, '--allow-loopback')).code, 0)
})
