import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaints, loaded, WHOLE, wholeWith } from '../support/policy-text.ts'
import { processorTime } from '../support/processor-time.ts'

const POOL = 'iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci'

/** Two more providers of the pool, and one elsewhere. */
const FOUR = wholeWith(
  8,
  ...['second', 'third'].flatMap((id) => [
    `  - id: ${id}`,
    `    issuer: https://${id}.example.com`,
    `    workloadIdentityProvider: projects/123456/locations/global/workloadIdentityPools/ci/providers/${id}`,
    '    attributeMapping: {google.subject: assertion.sub, google.groups: assertion.groups}',
    "    attributeCondition: assertion.tenant == '1'",
  ]),
  '  - id: elsewhere',
  '    issuer: https://elsewhere.example.com',
  '    exchange: impersonation',
  '    audiences: [https://bureau.example.com]',
  '    attributeMapping: {google.subject: assertion.sub, google.groups: assertion.groups}',
  "    attributeCondition: assertion.tenant == '1'",
  'grants:',
)

/** How a member is written, and which canonical forms it stands for. */
const MEMBERS: readonly (readonly [member: string, ...canonical: readonly string[]])[] = [
  [
    'github:subject/repo:acme/app:ref:refs/heads/main',
    'github:subject/repo:acme/app:ref:refs/heads/main',
  ],
  ['second:group/admins', 'second:group/admins'],
  ['github:attribute.repository/acme/app', 'github:attribute.repository/acme/app'],
  ['github:*', 'github:*'],
  [
    `principal://${POOL}/subject/a:b`,
    'github:subject/a:b',
    'second:subject/a:b',
    'third:subject/a:b',
  ],
  [`principalSet://${POOL}/group/admins`, 'second:group/admins', 'third:group/admins'],
  [`principalSet://${POOL}/attribute.repository/acme/app`, 'github:attribute.repository/acme/app'],
  [`principalSet://${POOL}/*`, 'github:*', 'second:*', 'third:*'],
]

for (const [member, ...canonical] of MEMBERS)
  test(`the member ${member} is found by its canonical forms`, () => {
    const { policy } = loaded(FOUR.replace("'github:attribute.repository/acme/app'", `'${member}'`))
    assert.deepEqual([...policy.grantsByMember.keys()], canonical)
    for (const form of canonical)
      assert.deepEqual(
        policy.grantsByMember.get(form)?.map(({ id }) => id),
        ['deploy'],
      )
  })

test('a member that is written twice is one', () => {
  const twice = "['github:*', 'github:*']"
  const { policy } = loaded(WHOLE.replace("['github:attribute.repository/acme/app']", twice))
  assert.equal(policy.grantsByMember.get('github:*')?.length, 1)
})

test('a provider has the defaults of the file format', () => {
  const [provider] =
    loaded(WHOLE).policy.providersByIssuer.get('https://token.actions.githubusercontent.com') ?? []
  assert.ok(provider)
  const { attributes, ...plain } = provider
  const resource = `//${POOL}/providers/github`
  assert.deepEqual(plain, {
    id: 'github',
    issuer: 'https://token.actions.githubusercontent.com',
    audiences: new Set([resource, `https:${resource}`]),
    resourceName: resource,
    exchange: 'federation',
    keys: { kind: 'discovery' },
    algorithms: new Set(['RS256', 'ES256']),
    maxTokenAge: 86_400,
    singleUse: false,
    network: 'public',
    caFile: undefined,
  })
  assert.deepEqual(attributes.reads, ['repository', 'repository_owner_id', 'sub'])
})

test('a grant has the defaults of the file format', () => {
  const text = WHOLE.split('\n').slice(0, 13).join('\n')
  const [grant] =
    loaded(text).policy.grantsByMember.get('github:attribute.repository/acme/app') ?? []
  assert.deepEqual(grant, {
    id: 'deploy',
    mode: 'enforce',
    members: ['github:attribute.repository/acme/app'],
    condition: undefined,
    serviceAccount: 'deployer@acme-prod.iam.gserviceaccount.com',
    delegates: [],
    accessToken: {
      scopes: new Set(['https://www.googleapis.com/auth/cloud-platform']),
      maxLifetime: 3600,
      excessScopes: 'refuse',
      accessBoundary: false,
    },
    idToken: undefined,
  })
})

test('denials keep their members and conditions', () => {
  const text = `${WHOLE}denials:
  - {id: some, members: ['github:*'], condition: assertion.event_name == 'pull_request'}
  - {id: everybody, condition: assertion.frozen == true}
`
  const [some, everybody] = loaded(text).policy.denials
  assert.deepEqual(some?.members, new Set(['github:*']))
  assert.equal(some?.condition?.source, "assertion.event_name == 'pull_request'")
  assert.equal(everybody?.members, undefined)
  assert.deepEqual(everybody?.condition?.reads, ['frozen'])
})

/** The keys of the one provider, its `keys` written so. */
const keys = (text: string) =>
  loaded(
    WHOLE.replace('    attributeCondition', `    keys: ${text}\n    attributeCondition`),
  ).policy.providersByIssuer.get('https://token.actions.githubusercontent.com')?.[0]?.keys

test('keys come from a URL or from the file', () => {
  assert.deepEqual(keys("{jwksUri: 'https://idp.example.com/keys?v=2'}"), {
    kind: 'jwksUri',
    uri: 'https://idp.example.com/keys?v=2',
  })
  const inline = keys('{jwks: {keys: [{kty: RSA, n: AQAB, e: AQAB}]}}')
  assert.deepEqual(inline?.kind === 'jwks' && inline.keys.map((key) => ({ ...key })), [
    { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
  ])
})

test('a loaded file tells where each of its values stands', () => {
  const [main] = loaded(WHOLE).files
  assert.deepEqual(main?.source.value(['grants', 0, 'accessToken', 'maxLifetime']), {
    line: 14,
    column: 20,
  })
  assert.deepEqual(main?.source.key(['grants', 0, 'serviceAccount']), { line: 11, column: 5 })
  assert.deepEqual(
    main?.grants.map(({ index, document }) => [index, document.id]),
    [[0, 'deploy']],
  )
})

test('the digest of a file alone is that of its bytes', () => {
  assert.match(loaded(WHOLE).policy.digest, /^sha256:[0-9a-f]{64}$/)
  assert.equal(loaded(WHOLE).policy.digest, loaded(WHOLE).digest)
  assert.notEqual(loaded(WHOLE).digest, loaded(`${WHOLE}# changed\n`).digest)
})

test('ten thousand grants over a thousand providers load in time', () => {
  const lines = ['version: 1', 'providers:']
  for (let index = 0; index < 1000; index += 1)
    lines.push(
      `  - id: idp-${index}`,
      `    issuer: https://idp-${index}.example.com`,
      '    exchange: impersonation',
      '    audiences: [https://bureau.example.com]',
      '    attributeMapping: {google.subject: assertion.sub}',
      `    attributeCondition: assertion.tenant == '${index}'`,
    )
  lines.push('grants:')
  for (let index = 0; index < 10_000; index += 1)
    lines.push(
      `  - id: grant-${index}`,
      `    members: ['idp-${index % 1000}:subject/workload-${index}']`,
      `    condition: assertion.ref == 'refs/heads/${index % 50}'`,
      `    serviceAccount: sa-${index}@acme-prod.iam.gserviceaccount.com`,
      "    accessToken: {scopes: ['https://www.googleapis.com/auth/cloud-platform']}",
    )
  const text = lines.join('\n')
  const started = processorTime()
  const { policy } = loaded(text)
  assert.ok(processorTime() - started < 10_000, 'a load of 2 s has room for a slow machine')
  assert.equal(policy.providersByIssuer.size, 1000)
  assert.equal(policy.grantsByMember.size, 10_000)
})

test('two issuers cannot be vouched for at one provider of Google', () => {
  const second = WHOLE.slice(WHOLE.indexOf('  - id: github'), WHOLE.indexOf('grants:'))
    .replace('id: github', 'id: gitlab')
    .replace(/issuer: .*/, 'issuer: https://gitlab.example.com')
  const vouching = ['    issuer:', '    exchange: assertion\n    issuer:'] as const
  const both = WHOLE.replace(...vouching).replace(
    'grants:',
    `${second.replace(...vouching)}grants:`,
  )
  assert.match(
    complaints(both).join(),
    /provider github vouches at this workloadIdentityProvider too/,
  )
})
