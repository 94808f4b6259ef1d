import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Claims } from '../../shared/domain/claims.ts'
import { examineClaims, providerById } from '../../shared/explain/examine-claims.ts'
import { explain, type Explanation } from '../../shared/explain/explain.ts'
import { rehearsedRequest, type WrittenRequest } from '../../shared/http/rehearsed-request.ts'
import { loaded } from '../support/policy-text.ts'

const READ = 'https://www.googleapis.com/auth/devstorage.read_only'
const { policy } = loaded(`version: 1
providers:
  - id: pipelines
    issuer: https://ci.example.com
    audiences: [https://bureau.example.com]
    exchange: impersonation
    attributeMapping:
      google.subject: assertion.sub
      google.groups: assertion.groups
      attribute.repo: assertion.repo
      attribute.team: assertion.team
    attributeCondition: assertion.org == '1001'
  - id: others
    issuer: https://other.example.com
    audiences: [https://bureau.example.com/others]
    exchange: impersonation
    attributeMapping: {google.subject: assertion.sub}
    attributeCondition: assertion.sub != ''
grants:
  - id: deploy
    members: ['pipelines:attribute.repo/acme/app']
    condition: assertion.ref == 'main' && attribute.team == 'web'
    serviceAccount: deployer@acme.iam.gserviceaccount.com
    accessToken: {scopes: ['${READ}'], maxLifetime: 900}
  - id: read
    members: ['pipelines:*']
    serviceAccount: reader@acme.iam.gserviceaccount.com
    accessToken: {scopes: ['${READ}']}
  - id: shadow
    mode: audit
    members: ['pipelines:*']
    serviceAccount: reader@acme.iam.gserviceaccount.com
    accessToken: {scopes: ['${READ}']}
  - id: another-repo
    members: ['pipelines:attribute.repo/acme/site']
    serviceAccount: deployer@acme.iam.gserviceaccount.com
    accessToken: {scopes: ['${READ}']}
  - id: strangers
    members: ['others:*']
    serviceAccount: others@acme.iam.gserviceaccount.com
    idToken: {audiences: ['https://app.example.com']}
denials:
  - id: no-forks
    condition: has(assertion.fork) && assertion.fork
`)

const CLAIMS: Claims = { sub: 'job', org: '1001', repo: 'acme/app', team: 'web', ref: 'main' }

function explained(claims: Claims, written: WrittenRequest = {}): Explanation {
  const provider = providerById(policy, 'pipelines')
  const examined = examineClaims({ claims, provider }, policy, 1_750_000_000)
  return explain(examined, rehearsedRequest(written), policy)
}

/** `deploy NOT_GRANTED condition: ...`, one line a grant, in the order of the tree. */
function verdicts({ grants }: Explanation): readonly string[] {
  return grants.map(({ id, verdict, failed, chosen }) =>
    [`${chosen ? '*' : ''}${id} ${verdict}`, ...(failed ? [failed.check] : [])].join(' '),
  )
}

function refusedWith({ decision }: Explanation): string | undefined {
  return 'refused' in decision ? decision.refused.reason : undefined
}

test('a granted request: the chosen grant first, then the misses, nearest first', () => {
  const tree = explained(CLAIMS, { audience: 'deploy' })
  assert.deepEqual(tree.decision, {
    granted: {
      grant: 'deploy',
      serviceAccount: 'deployer@acme.iam.gserviceaccount.com',
      kind: 'access_token',
      scopes: [READ],
      lifetime: 900,
    },
    shadow: [],
  })
  assert.deepEqual(verdicts(tree), [
    '*deploy GRANTED',
    'read NOT_GRANTED target',
    'shadow NOT_GRANTED target',
    'another-repo NOT_GRANTED member',
    'strangers NOT_GRANTED member',
  ])
})

test('a false condition shows the value of every part of it', () => {
  const tree = explained({ ...CLAIMS, ref: 'topic' }, { audience: 'deploy' })
  assert.equal(refusedWith(tree), 'no_grant')
  const [deploy] = tree.grants
  assert.equal(deploy?.verdict, 'NOT_GRANTED')
  assert.deepEqual(
    deploy.condition?.parts.children.map(({ text, value }) => [text, value]),
    [
      ['assertion.ref == "main"', false],
      ['attribute.team == "web"', true],
    ],
  )
})

test('a condition that cannot be evaluated leaves its grant UNKNOWN', () => {
  const { team: _, ...rest } = CLAIMS
  const tree = explained(rest, { audience: 'deploy' })
  assert.equal(refusedWith(tree), 'no_grant')
  assert.equal(verdicts(tree)[0], 'deploy UNKNOWN condition')
  assert.equal(tree.grants[0]?.condition?.verdict, 'error')
})

test('a grant of mode audit never issues, and says what it would have given', () => {
  const tree = explained(CLAIMS, { audience: 'reader@acme.iam.gserviceaccount.com' })
  assert.deepEqual(verdicts(tree).slice(0, 2), ['*read GRANTED', 'shadow NOT_GRANTED mode'])
  assert.deepEqual(tree.decision.shadow, ['shadow'])
  assert.equal(tree.grants[1]?.mints?.kind, 'access_token')
})

test('a grant for somebody else says whom it names and who the caller is', () => {
  const details = new Map(
    explained(CLAIMS).grants.map(({ id, failed }) => [id, failed?.detail] as const),
  )
  assert.equal(
    details.get('another-repo'),
    'it names pipelines:attribute.repo/acme/site, the caller is pipelines:attribute.repo/acme/app',
  )
  assert.equal(
    details.get('strangers'),
    'it names others:*, the caller comes from provider pipelines',
  )
})

test('several accounts and none named: both are granted by themselves, the decision is refused', () => {
  const tree = explained(CLAIMS)
  assert.equal(refusedWith(tree), 'ambiguous_grant')
  assert.deepEqual(verdicts(tree).slice(0, 2), ['deploy GRANTED', 'read GRANTED'])
})

test('a denial wins, and the grants it wins over are still shown', () => {
  const tree = explained({ ...CLAIMS, fork: true }, { audience: 'deploy' })
  assert.equal(refusedWith(tree), 'denied')
  assert.deepEqual(
    tree.denials.map(({ id, strikes, condition }) => [id, strikes, condition?.verdict]),
    [['no-forks', true, 'true']],
  )
  assert.equal(verdicts(tree)[0], 'deploy GRANTED')
})

test('mapped attributes are shown with their values; what is not there is unset, and why', () => {
  const { mapping } = explained({ ...CLAIMS, groups: ['a'], repo: 7 })
  assert.deepEqual(
    mapping.map(({ name, value }) => [name, value]),
    [
      ['google.subject', 'job'],
      ['google.groups', ['a']],
      ['attribute.repo', undefined],
      ['attribute.team', 'web'],
    ],
  )
  assert.equal(mapping[2]?.parts.value, 7)
})

test("where the provider's condition refuses, no grant is asked", () => {
  const tree = explained({ ...CLAIMS, org: '6666' })
  assert.equal(refusedWith(tree), 'condition')
  assert.equal(tree.condition?.verdict, 'false')
  assert.deepEqual([tree.principal, tree.grants], [undefined, []])
})

test('a failed check decides, and the rest of the tree is there all the same', () => {
  const tree = explained({ ...CLAIMS, aud: 'https://bureau.example.com', iat: 10, exp: 5 })
  assert.equal(refusedWith(tree), 'time')
  assert.equal(tree.principal?.name, 'pipelines:subject/job')
})

test('claims of an issuer or for an audience that nobody has are refused as tokens are', () => {
  assert.equal(refusedWith(explained({ ...CLAIMS, iss: 'https://evil.example' })), 'issuer')
  assert.equal(refusedWith(explained({ ...CLAIMS, aud: 'https://evil.example' })), 'audience')
  assert.equal(refusedWith(explained({ ...CLAIMS, sub: '' })), 'claims')
})

test('the whole tree is JSON', () => {
  const tree = explained(CLAIMS)
  assert.deepEqual(JSON.parse(JSON.stringify(tree)).decision, tree.decision)
})
