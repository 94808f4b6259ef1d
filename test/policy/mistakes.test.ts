import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { complaints, WHOLE, wholeWith } from '../support/policy-text.ts'

type Mistake = readonly [name: string, text: string, ...said: readonly string[]]

const POOL = 'iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci'
const EMAIL =
  'must be the e-mail of a service account in lower case, as in NAME@PROJECT.iam.gserviceaccount.com'
const AGE = 'must be a whole number of seconds from 1 to 86400'
const LIFETIME = 'must be a whole number of seconds from 1 to 43200'
const KEYS = 'keys must be one of {discovery: true}, {jwksUri: URL} or {jwks: {keys: [...]}}'
const ELEVEN = Array.from({ length: 11 }, (_, index) => `a${index}`).join(',')
const ATTRIBUTES = Array.from(
  { length: 51 },
  (_, index) => `attribute.a${index}: assertion.a`,
).join()

const member = (text: string) => wholeWith(10, `    members: ['${text}']`)
const condition = (text: string) =>
  wholeWith(
    11,
    `    condition: "${text}"`,
    '    serviceAccount: deployer@acme-prod.iam.gserviceaccount.com',
  )
const account = (text: string) => wholeWith(11, `    serviceAccount: ${text}`)
const mapping = (text: string) => wholeWith(6, `    attributeMapping: {${text}}`)
const issuer = (text: string) => wholeWith(4, `    issuer: ${text}`)
const extra = (text: string) =>
  wholeWith(7, "    attributeCondition: assertion.a == 'b'", `    ${text}`)

const FRAME: readonly Mistake[] = [
  ['another version', wholeWith(1, 'version: 2'), '1:10: version must be 1'],
  ['no version', wholeWith(1), '1:1: version is missing'],
  ['no providers', 'version: 1\n', '1:1: providers is missing'],
  ['empty providers', 'version: 1\nproviders:\n', '2:1: providers must be a list, and is empty'],
  ['a mapping for a list', 'version: 1\nproviders: {}\n', '2:12: providers must be a list'],
  ['an unknown key', `${WHOLE}roles: []\n`, '15:1: unknown key "roles"'],
  [
    'a slip in a key',
    `${WHOLE}denails: []\n`,
    '15:1: unknown key "denails", did you mean "denials"?',
  ],
  [
    'a slip deep down',
    wholeWith(14, '      maxLifetme: 9'),
    '14:7: unknown key "maxLifetme", did you mean "maxLifetime"?',
  ],
  [
    'a slip that leaves a key out',
    wholeWith(4, '    isuer: https://x.example'),
    '3:5: issuer is missing',
    '4:5: unknown key "isuer", did you mean "issuer"?',
  ],
]

const PROVIDERS: readonly Mistake[] = [
  [
    'a short id',
    wholeWith(3, '  - id: gh'),
    '3:9: id must be 4 to 32 lower-case letters, digits and hyphens, a letter first',
    '10:15: there is no provider "github"',
  ],
  [
    'a number as id',
    wholeWith(3, '  - id: 1234'),
    '3:9: id must be a string: put 1234 in quotes',
    '10:15: there is no provider "github"',
  ],
  [
    'an id twice',
    wholeWith(8, ...WHOLE.split('\n').slice(2, 8)),
    '8:9: id github is taken already, at policy.yaml:3:9',
  ],
  ['an http issuer', issuer('http://idp.example.com'), '4:13: issuer must be an https URL'],
  [
    'a loopback issuer',
    issuer('http://127.0.0.1:8081'),
    '4:13: issuer must be an https URL (http on loopback needs ALLOW_LOOPBACK=1)',
  ],
  ['no URL', issuer('idp'), '4:13: issuer must be an https URL'],
  [
    'a query',
    issuer('https://idp.example.com?x=1'),
    '4:13: issuer must not have a query or a fragment',
  ],
  ['credentials', issuer('https://a:b@idp.example.com'), '4:13: issuer must not hold credentials'],
  [
    'a space',
    issuer("'https://idp.example.com/ x'"),
    '4:13: issuer must be an https URL in plain ASCII',
  ],
  [
    'a backslash',
    issuer('https:\\\\idp.example.com'),
    '4:13: issuer must be an https URL in plain ASCII',
  ],
  [
    'dot segments',
    issuer('https://idp.example.com/a/../b'),
    '4:13: issuer must not have dot segments',
  ],
  [
    'a full-width dot',
    issuer('https://idp．example.com'),
    '4:13: issuer must be an https URL in plain ASCII',
  ],
  [
    "a project's id",
    wholeWith(
      5,
      '    workloadIdentityProvider: projects/acme/locations/global/workloadIdentityPools/ci/providers/github',
    ),
    "5:31: workloadIdentityProvider must be projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER with the project's number",
  ],
  [
    'federation without Google',
    wholeWith(5, '    audiences: [a]'),
    '3:5: workloadIdentityProvider is missing: exchange federation needs it',
  ],
  [
    'assertion without Google',
    wholeWith(5, '    exchange: assertion'),
    '3:5: workloadIdentityProvider is missing: exchange assertion needs it',
  ],
  [
    'impersonation without audiences',
    wholeWith(5, '    exchange: impersonation'),
    '3:5: audiences is missing: exchange impersonation needs it',
  ],
  [
    'another exchange',
    extra('exchange: magic'),
    '8:15: exchange must be one of federation, assertion, impersonation',
  ],
  ['no audience', extra('audiences: []'), '8:16: audiences must name at least one audience'],
  [
    'eleven audiences',
    extra(`audiences: [${ELEVEN}]`),
    '8:16: audiences must name at most 10 audiences',
  ],
  [
    'a long audience',
    extra(`audiences: [${'a'.repeat(257)}]`),
    '8:17: audiences must be at most 256 characters each',
  ],
  [
    'two ways to keys',
    extra("keys: {discovery: true, jwksUri: 'https://x.example'}"),
    `8:11: ${KEYS}`,
  ],
  ['no way to keys', extra('keys: {}'), `8:11: ${KEYS}`],
  ['discovery: false', extra('keys: {discovery: false}'), '8:23: discovery must be true'],
  [
    'keys over http',
    extra("keys: {jwksUri: 'http://x.example'}"),
    '8:21: jwksUri must be an https URL',
  ],
  [
    'keys at a fragment',
    extra("keys: {jwksUri: 'https://x.example/#k'}"),
    '8:21: jwksUri must not have a fragment',
  ],
  ['an empty key set', extra('keys: {jwks: {keys: []}}'), '8:25: keys must hold at least one key'],
  [
    'a private key',
    extra('keys: {jwks: {keys: [{kty: EC, d: x}]}}'),
    '8:36: the key holds its private part (d): publish the public key only',
  ],
  [
    'a shared secret',
    extra('keys: {jwks: {keys: [{kty: oct, k: x}]}}'),
    '8:37: the key holds its private part (k): publish the public key only',
  ],
  ['a key of no type', extra('keys: {jwks: {keys: [{kid: a}]}}'), '8:26: a key must have kty'],
  [
    'another algorithm',
    extra('algorithms: [HS256]'),
    '8:18: algorithms must be one of RS256, ES256',
  ],
  ['an age beyond a day', extra('maxTokenAge: 86401'), `8:18: maxTokenAge ${AGE}`],
  ['an age with a unit', extra('maxTokenAge: 60s'), `8:18: maxTokenAge ${AGE}`],
  ['yes for true', extra('singleUse: yes'), '8:16: singleUse must be true or false'],
  ['another network', extra('network: lan'), '8:14: network must be one of public, private'],
  [
    'a relative caFile',
    extra('caFile: ca.pem'),
    '8:13: caFile must be the absolute path of a PEM file',
  ],
  [
    'no google.subject',
    mapping('attribute.repository: assertion.repository'),
    '6:23: attributeMapping must map google.subject',
  ],
  [
    'another google name',
    mapping('google.subject: assertion.sub, google.email: assertion.email'),
    '6:55: google.email must be google.subject, google.groups or attribute.NAME, NAME of a-z, 0-9 and _',
  ],
  [
    'an upper-case attribute',
    mapping('google.subject: assertion.sub, attribute.Repo: assertion.repo'),
    '6:55: attribute.Repo must be google.subject, google.groups or attribute.NAME, NAME of a-z, 0-9 and _',
  ],
  [
    '51 attributes',
    mapping(`google.subject: assertion.sub, ${ATTRIBUTES}`),
    '6:23: attributeMapping must hold at most 50 attributes',
  ],
  [
    'a long expression',
    mapping(`google.subject: "'${'a'.repeat(2047)}'"`),
    '6:40: google.subject must be at most 2048 characters',
  ],
  [
    'a mapping to a number',
    mapping('google.subject: 7'),
    '6:40: google.subject must be a string: put 7 in quotes',
  ],
  ['no condition', wholeWith(7), '3:5: attributeCondition is missing'],
  [
    'a boolean condition',
    wholeWith(7, '    attributeCondition: true'),
    "7:25: attributeCondition must be a CEL expression, as in assertion.sub == 'job-1'",
  ],
  [
    'an empty condition',
    wholeWith(7, "    attributeCondition: ''"),
    '7:25: attributeCondition must be a CEL expression',
  ],
  [
    'a long condition',
    wholeWith(7, `    attributeCondition: "assertion.a == '${'a'.repeat(4096)}'"`),
    '7:25: attributeCondition must be at most 4096 characters',
  ],
  [
    'a condition that gives a string',
    wholeWith(7, "    attributeCondition: assertion.sub + 'x'"),
    '7:39: attributeCondition: the result must be a bool, this is string',
  ],
  [
    'a condition that lets all of GitHub in',
    wholeWith(7, "    attributeCondition: 'true'"),
    '7:25: attributeCondition must read a claim: this issuer serves everybody',
  ],
  [
    'a condition on an attribute that is not mapped',
    wholeWith(7, "    attributeCondition: attribute.repositori == 'acme/app'"),
    '7:35: attributeCondition: no attributeMapping sets attribute.repositori, did you mean "attribute.repository"?',
  ],
  [
    'another preset',
    wholeWith(4, '    preset: githb'),
    '4:13: preset must be one of github, gitlab, kubernetes, circleci, buildkite, terraform-cloud, entra, keycloak, did you mean "github"?',
  ],
  [
    'a preset and the issuer of another',
    wholeWith(4, '    issuer: https://gitlab.com', '    preset: github'),
    '4:13: the issuer is that of preset gitlab',
  ],
]

const GRANTS: readonly Mistake[] = [
  [
    'a short id',
    wholeWith(9, '  - id: d'),
    '9:9: id must be 3 to 63 lower-case letters, digits and hyphens, a letter first',
  ],
  [
    'an id twice',
    `${WHOLE}${WHOLE.split('\n').slice(8).join('\n')}`,
    '15:9: id deploy is taken already, at policy.yaml:9:9',
  ],
  ['no member', wholeWith(10, '    members: []'), '10:14: members must name at least one member'],
  [
    'a member for a list',
    wholeWith(10, "    members: 'github:*'"),
    '10:14: members must be a list',
  ],
  [
    'a member without a kind',
    member('github'),
    '10:15: member "github" must be PROVIDER:subject/S, PROVIDER:group/G, PROVIDER:attribute.N/V or PROVIDER:*',
  ],
  [
    'a member without a value',
    member('github:subject/'),
    '10:15: member "github:subject/" must be PROVIDER:subject/S, PROVIDER:group/G, PROVIDER:attribute.N/V or PROVIDER:*',
  ],
  ['an unknown provider', member('gitlab:*'), '10:15: there is no provider "gitlab"'],
  [
    'an attribute that is not mapped',
    member('github:attribute.ref/x'),
    '10:15: provider github does not map attribute.ref',
  ],
  [
    'a condition on an attribute that is not mapped',
    condition(
      "has(attribute.ref) && attribute.ref == 'x' && attribute['branch'] != attribute.branch",
    ),
    '11:72: condition: no attributeMapping sets attribute.branch',
  ],
  [
    'a condition on groups that are not mapped',
    condition("'x' in google.groups"),
    '11:31: condition: no attributeMapping sets google.groups',
  ],
  [
    'groups that are not mapped',
    member('github:group/x'),
    '10:15: provider github does not map google.groups',
  ],
  [
    'a wildcard in a value',
    member('github:attribute.repository/acme/*'),
    '10:15: members have no wildcards within a value: write a condition',
  ],
  [
    'an unknown pool',
    member(`principalSet://${POOL}s/*`),
    '10:15: no provider belongs to the pool projects/123456/locations/global/workloadIdentityPools/cis',
  ],
  [
    'a subject as a set',
    member(`principalSet://${POOL}/subject/x`),
    '10:15: subject needs principal://',
  ],
  ['a set as a subject', member(`principal://${POOL}/*`), '10:15: * needs principalSet://'],
  [
    'an attribute that no provider of the pool maps',
    member(`principalSet://${POOL}/attribute.ref/x`),
    '10:15: no provider of the pool maps attribute.ref',
  ],
  [
    "IAM's older spelling",
    member(`principalSet://${POOL}/groups/x`),
    `10:15: member "principalSet://${POOL}/groups/x" must be principal://iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/subject/S, or principalSet with group/G, attribute.N/V or *`,
  ],
  ['no account', wholeWith(11), '9:5: serviceAccount is missing'],
  [
    'an upper-case account',
    account('Deployer@acme-prod.iam.gserviceaccount.com'),
    `11:21: serviceAccount ${EMAIL}`,
  ],
  ['a person', account('me@gmail.com'), `11:21: serviceAccount ${EMAIL}`],
  [
    'an account elsewhere',
    account('a@acme-prod.iam.gserviceaccount.com.evil.example'),
    `11:21: serviceAccount ${EMAIL}`,
  ],
  [
    'an account with a newline',
    account('"a@acme-prod.iam.gserviceaccount.com\\n"'),
    `11:21: serviceAccount ${EMAIL}`,
  ],
  [
    'a delegate that is a person',
    wholeWith(
      11,
      '    serviceAccount: a@acme-prod.iam.gserviceaccount.com',
      '    delegates: [me@gmail.com]',
    ),
    `12:17: delegates ${EMAIL}`,
  ],
  [
    'another mode',
    wholeWith(11, '    serviceAccount: a@acme-prod.iam.gserviceaccount.com', '    mode: dry-run'),
    '12:11: mode must be one of enforce, audit',
  ],
  [
    'a short scope',
    wholeWith(13, '      scopes: [cloud-platform]'),
    '13:16: scopes must be absolute https URLs such as https://www.googleapis.com/auth/cloud-platform',
  ],
  ['no scope', wholeWith(13, '      scopes: []'), '13:15: scopes must name at least one scope'],
  [
    'a lifetime beyond twelve hours',
    wholeWith(14, '      maxLifetime: 43201'),
    `14:20: maxLifetime ${LIFETIME}`,
  ],
  ['no lifetime', wholeWith(14, '      maxLifetime: 0'), `14:20: maxLifetime ${LIFETIME}`],
  ['half a second', wholeWith(14, '      maxLifetime: 1.5'), `14:20: maxLifetime ${LIFETIME}`],
  [
    'a key one level too high',
    `${WHOLE}    maxLifetime: 900\n`,
    '15:5: unknown key "maxLifetime", it belongs under accessToken',
  ],
  [
    'a line that is moved out, which ends what holds the others',
    WHOLE.replace('    members', ' members'),
    '10:1: all mapping items must start at the same column',
  ],
  [
    'a quote within quotes',
    wholeWith(7, "    attributeCondition: 'assertion.a == '1''"),
    "7:42: there is more behind the value's end: a ' within '...' is written twice",
  ],
  [
    'neither token',
    wholeWith(12).split('\n').slice(0, 11).join('\n'),
    '9:5: a grant must have accessToken or idToken',
  ],
  [
    'a relative audience',
    wholeWith(14, '    idToken: {audiences: [app]}'),
    '14:27: audiences must be absolute URIs such as https://app.example.com, without a fragment',
  ],
  [
    'a fragment in an audience',
    wholeWith(14, "    idToken: {audiences: ['https://a.example/#b']}"),
    '14:27: audiences must be absolute URIs such as https://app.example.com, without a fragment',
  ],
]

const OTHERS: readonly Mistake[] = [
  [
    'a denial of nothing',
    `${WHOLE}denials:\n  - id: all\n`,
    '16:5: a denial must have members or condition',
  ],
  [
    'a denial twice',
    `${WHOLE}denials:\n  - {id: not, condition: 'true'}\n  - {id: not, condition: 'true'}\n`,
    '17:10: id not is taken already, at policy.yaml:16:10',
  ],
  [
    'a denial of nobody known',
    `${WHOLE}denials:\n  - {id: not, members: ['other:*']}\n`,
    '16:25: there is no provider "other"',
  ],
  [
    'a denial by an attribute that is not mapped',
    `${WHOLE}denials:\n  - {id: not, condition: attribute.repo == 'x'}\n`,
    '16:36: condition: no attributeMapping sets attribute.repo',
  ],
  [
    'a test of nobody',
    `${WHOLE}tests:\n  - {name: a, expect: {refused: scope}}\n`,
    '16:5: a test must have provider or preset',
  ],
  [
    'a test of an unknown provider',
    `${WHOLE}tests:\n  - {name: a, provider: other, expect: {refused: scope}}\n`,
    '16:25: there is no provider "other"',
  ],
  [
    'a test with a slip in a claim',
    `${WHOLE}tests:\n  - {name: a, preset: github, claims: {repositry_id: '1'}, expect: {refused: scope}}\n`,
    '16:54: repositry_id is no claim of github, did you mean repository_id?',
  ],
  [
    'a test that expects a grant that is not there',
    `${WHOLE}tests:\n  - {name: a, preset: github, expect: {granted: {grant: deplo, serviceAccount: deployer@acme-prod.iam.gserviceaccount.com}}}\n`,
    '16:57: there is no grant "deplo", did you mean "deploy"?',
  ],
  [
    'a test that expects an account that no grant leads to',
    `${WHOLE}tests:\n  - {name: a, preset: github, expect: {granted: {serviceAccount: deployr@acme-prod.iam.gserviceaccount.com}}}\n`,
    '16:66: no grant leads to "deployr@acme-prod.iam.gserviceaccount.com", did you mean "deployer@acme-prod.iam.gserviceaccount.com"?',
  ],
  [
    'an unknown reason',
    `${WHOLE}tests:\n  - {name: a, provider: github, expect: {refused: nope}}\n`,
    '16:51: refused must be a reason of the audit record, such as condition, condition_error, mapping, denied, no_grant, ambiguous_grant, scope, request, claims, issuer, audience, time',
  ],
  [
    'half of a reason',
    `${WHOLE}tests:\n  - {name: a, provider: github, expect: {refused: ambiguous}}\n`,
    '16:51: refused must be a reason of the audit record, did you mean "ambiguous_grant"?',
  ],
  [
    'a slip in a reason',
    `${WHOLE}tests:\n  - {name: a, provider: github, expect: {refused: condtion}}\n`,
    '16:51: refused must be a reason of the audit record, did you mean "condition"?',
  ],
  [
    'a test that expects nothing',
    `${WHOLE}tests:\n  - {name: a, provider: github, expect: {}}\n`,
    '16:41: expect must have either granted or refused',
  ],
]

for (const [title, mistakes] of Object.entries({ FRAME, PROVIDERS, GRANTS, OTHERS }))
  describe(`each mistake is named at its place: ${title.toLowerCase()}`, () => {
    for (const [name, text, ...said] of mistakes)
      test(name, () => {
        assert.deepEqual(
          complaints(text),
          said.map((message) => `policy.yaml:${message}`),
        )
      })
  })

test('a whole policy has no complaint', () => {
  assert.deepEqual(complaints(WHOLE), [])
})

test('two providers of one issuer may not read the same audience', () => {
  const second = WHOLE.split('\n').slice(2, 7).with(0, '  - id: again')
  assert.deepEqual(complaints(wholeWith(8, ...second, 'grants:')), [
    'policy.yaml:8:5: provider github has this issuer and the audience //iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/github too',
    'policy.yaml:8:5: provider github has this issuer and the audience https://iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/github too',
  ])
})

test('every mistake is told at once, in the order of the file', () => {
  const text = wholeWith(7, '    attributeCondition: assertion.a =', '    maxTokenAge: 0')
    .replace('- id: deploy', '- id: d')
    .replace('members: [', 'members: [gitlab:*, ')
    .replace('version: 1', 'version: 3')
  assert.deepEqual(
    complaints(text).map((line) => line.split(': ')[0]),
    ['policy.yaml:1:10', 'policy.yaml:8:18', 'policy.yaml:10:9'],
  )
})

test('a loopback issuer loads where loopback is allowed, elsewhere and otherwise never', () => {
  const plain = { allowLoopback: true }
  for (const host of ['127.0.0.1:8081', '[::1]:8081', 'localhost:8081'])
    assert.deepEqual(complaints(issuer(`http://${host}`), plain), [])
  assert.deepEqual(complaints(issuer('http://10.0.0.1'), plain), [
    'policy.yaml:4:13: issuer must be an https URL',
  ])
})

test('bytes that are not UTF-8, and too many bytes, are refused', () => {
  const bytes = Buffer.from(WHOLE.replace('acme/app', 'acm\u00e9/app'), 'latin1')
  assert.deepEqual(complaints(bytes), ['policy.yaml:10:47: the file is not valid UTF-8'])
  assert.deepEqual(complaints(' '.repeat(16 * 1024 * 1024 + 1)), [
    'policy.yaml:1:1: the file is larger than 16 MiB',
  ])
})

test('a problem is one line of bounded length, whatever the file holds', () => {
  const [said = ''] = complaints(`${WHOLE}"a\\nb\\u001b${'x'.repeat(900)}": 1\n`)
  assert.match(said, /^policy\.yaml:15:1: unknown key "a b x+\.\.\.$/)
  assert.ok(said.length < 600)
})

test('an attribute is mapped where one of the providers that are asked maps it', () => {
  const second = [
    '  - id: second',
    '    issuer: https://ci.acme.example',
    '    audiences: [https://bureau.example.com]',
    '    exchange: impersonation',
    '    attributeMapping: {google.subject: assertion.sub, attribute.team: assertion.team}',
    "    attributeCondition: attribute.team != ''",
  ]
  const text = wholeWith(8, ...second, 'grants:')
  const named = (members: string) =>
    `${text}denials:\n  - {id: not, condition: attribute.team == 'x'${members}}\n`
  assert.deepEqual(complaints(named('')), [])
  assert.deepEqual(complaints(named(", members: ['github:*', 'second:*']")), [])
  assert.deepEqual(complaints(named(", members: ['github:*']")), [
    'policy.yaml:22:36: condition: no attributeMapping sets attribute.team',
  ])
})

/** A policy with a test that starts from a preset and has these claims. */
function withClaims(preset: string, claims: string): string {
  return `${WHOLE}tests:\n  - {name: a, provider: github, preset: ${preset}, claims: {${claims}}, expect: {refused: scope}}\n`
}

test('claims that a preset may not know are nothing strange in its tests', () => {
  assert.deepEqual(complaints(withClaims('github', 'brand_new: x, environment: null')), [])
  assert.deepEqual(complaints(withClaims('keycloak', 'azpp: x')), [])
})
