import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testsOf } from '../../../shared/explain/tests/case.ts'
import { runTest } from '../../../shared/explain/tests/run.ts'
import { rehearsedRequest } from '../../../shared/http/rehearsed-request.ts'
import { checkFile } from '../../../shared/policy/document/check.ts'
import { formatProblem } from '../../../shared/policy/problem.ts'
import { parseYaml } from '../../../shared/policy/yaml/parse.ts'
import { loaded } from '../../support/policy-text.ts'

const READ = 'https://www.googleapis.com/auth/devstorage.read_only'
const RULES = `version: 1
providers:
  - id: github
    preset: github
    audiences: [https://bureau.example.com]
    exchange: impersonation
    attributeCondition: assertion.repository_owner_id == '1001'
  - id: partner
    issuer: https://partner.example
    audiences: [https://bureau.example.com/partner]
    exchange: impersonation
    singleUse: true
    attributeMapping: {google.subject: assertion.sub}
    attributeCondition: assertion.sub.startsWith('partner/')
grants:
  - id: deploy
    members: ['github:attribute.repository_id/2002']
    serviceAccount: deployer@acme.iam.gserviceaccount.com
    accessToken: {scopes: ['${READ}'], maxLifetime: 900}
  - id: orders
    members: ['partner:subject/partner/orders']
    serviceAccount: orders@acme.iam.gserviceaccount.com
    idToken: {audiences: ['https://orders.example']}
tests:
`

/** What the tests of a policy with these rules complain of; empty where all pass. */
function failures(tests: string): readonly string[] {
  const policy = loaded(RULES + tests)
  return testsOf(policy)
    .map((one) => runTest(one, policy, rehearsedRequest).problem)
    .flatMap((problem) => (problem === undefined ? [] : [formatProblem(problem)]))
}

const passing: readonly (readonly [string, string])[] = [
  [
    "a preset's typical token",
    `{preset: github, expect: {granted: {serviceAccount: deployer@acme.iam.gserviceaccount.com, grant: deploy, scopes: ['${READ}'], lifetime: 900}}}`,
  ],
  [
    'a preset with a claim of its own',
    '{preset: github, claims: {repository_owner_id: "6666"}, expect: {refused: condition}}',
  ],
  [
    'a preset without one of its claims',
    '{preset: github, claims: {repository_owner_id: null}, expect: {refused: condition_error}}',
  ],
  [
    'claims alone, with what every token has filled in',
    '{provider: partner, claims: {sub: partner/orders}, request: {requestedTokenType: id_token, resource: https://orders.example}, expect: {granted: {serviceAccount: orders@acme.iam.gserviceaccount.com, audience: https://orders.example}}}',
  ],
  [
    'a scope as a string or a list',
    `{preset: github, request: {scope: ['${READ}']}, expect: {granted: {serviceAccount: deployer@acme.iam.gserviceaccount.com}}}`,
  ],
  [
    'a scope outside the grant',
    '{preset: github, request: {scope: openid}, expect: {refused: scope}}',
  ],
  [
    'a lifetime beyond the grant',
    '{preset: github, request: {lifetime: 901}, expect: {refused: request}}',
  ],
  [
    'a request that the endpoint itself refuses',
    '{preset: github, request: {lifetime: 0}, expect: {refused: request}}',
  ],
  [
    'another audience in the token',
    '{preset: github, claims: {aud: https://elsewhere.example}, expect: {refused: audience}}',
  ],
  [
    'another issuer in the token',
    '{preset: github, claims: {iss: https://evil.example}, expect: {refused: issuer}}',
  ],
  [
    'times that contradict each other',
    '{preset: github, claims: {iat: 100, exp: 50}, expect: {refused: time}}',
  ],
  [
    'a token of long ago, whose clock is its own',
    '{preset: github, claims: {iat: 100, exp: 200}, expect: {granted: {serviceAccount: deployer@acme.iam.gserviceaccount.com}}}',
  ],
  ['a subject that is none', '{preset: github, claims: {sub: ""}, expect: {refused: claims}}'],
]
for (const [name, entry] of passing) {
  test(`a test may be about ${name}`, () => {
    assert.deepEqual(failures(`  - ${entry.replace('{', `{name: it, `)}\n`), [])
  })
}

const failing: readonly (readonly [string, string, string])[] = [
  [
    'granted instead of refused',
    '{name: it, preset: github, expect: {refused: no_grant}}',
    `expected refused no_grant, got granted deployer@acme.iam.gserviceaccount.com by deploy, an access token of 900 s for ${READ}`,
  ],
  [
    'refused instead of granted',
    '{name: it, preset: github, claims: {repository_id: "1"}, expect: {granted: {serviceAccount: orders@acme.iam.gserviceaccount.com}}}',
    'expected granted orders@acme.iam.gserviceaccount.com, got refused no_grant (no grant names the principal)',
  ],
  [
    'another account',
    '{name: it, preset: github, expect: {granted: {serviceAccount: orders@acme.iam.gserviceaccount.com}}}',
    `expected granted orders@acme.iam.gserviceaccount.com, got granted deployer@acme.iam.gserviceaccount.com by deploy, an access token of 900 s for ${READ}`,
  ],
  [
    'another lifetime',
    '{name: it, preset: github, expect: {granted: {serviceAccount: deployer@acme.iam.gserviceaccount.com, lifetime: 600}}}',
    `expected granted deployer@acme.iam.gserviceaccount.com, an access token of 600 s, got granted deployer@acme.iam.gserviceaccount.com by deploy, an access token of 900 s for ${READ}`,
  ],
  [
    'another reason',
    '{name: it, preset: github, claims: {repository_owner_id: "2"}, expect: {refused: denied}}',
    'expected refused denied, got refused condition',
  ],
  [
    'a number for an id',
    '{name: it, preset: github, claims: {repository_id: 2002}, expect: {granted: {serviceAccount: deployer@acme.iam.gserviceaccount.com}}}',
    'expected granted deployer@acme.iam.gserviceaccount.com, got refused no_grant (no grant names the principal); tokens of github have repository_id as a string: put 2002 in quotes',
  ],
]
for (const [name, entry, message] of failing) {
  test(`a failed test says what it got: ${name}`, () => {
    const [line] = failures(`  - ${entry}\n`)
    assert.match(line ?? '', /^policy\.yaml:25:\d+: /)
    assert.equal(line?.split(': ').slice(1).join(': '), `test "it": ${message}`)
  })
}

test('a test that names a preset of two providers, or of none, must name the provider', () => {
  assert.match(
    failures(`  - {name: it, preset: gitlab, expect: {refused: condition}}\n`)[0] ?? '',
    /test "it": name the provider, no single one is meant/,
  )
})

test('a test that is not in the policy is told that what it expects is not there either', () => {
  const policy = loaded(RULES + '  []\n')
  const expect = {
    granted: { serviceAccount: 'deployer@acme.iam.gserviceaccount.com', grant: 'deplo' },
  }
  const text = `version: 1\ntests: [${JSON.stringify({ name: 'it', preset: 'github', expect })}]\n`
  const parsed = parseYaml('more.yaml', text)
  assert.ok(parsed.ok)
  const file = checkFile('include', parsed.value, parsed.source, [])
  const [entry] = file.tests
  assert.ok(entry)
  const { problem } = runTest({ file, entry }, policy, rehearsedRequest)
  assert.match(problem?.message ?? '', /; there is no grant "deplo", did you mean "deploy"\?$/)
})

test('a denial that could not be evaluated says why it struck', () => {
  const tests = `  - {name: it, preset: github, claims: {event_name: null}, expect: {refused: no_grant}}
denials:
  - {id: no-prs, condition: "assertion.event_name == 'pull_request'"}
`
  const [line] = failures(tests)
  assert.match(
    line ?? '',
    /got refused denied \(denial no-prs, its condition failed: .*event_name.*\)$/,
  )
})
