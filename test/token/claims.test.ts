import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClaimValue } from '../../shared/domain/claims.ts'
import { audiencesOf, issuerOf, subjectOf, tokenIdOf } from '../../shared/token/claims.ts'
import { parsePayload } from '../../shared/token/payload.ts'
import { reasonOf } from '../support/refusals.ts'

test('the issuer is taken as it stands', () => {
  assert.equal(issuerOf({ iss: 'HTTPS://Idp/ ' }), 'HTTPS://Idp/ ')
})

test('an audience is a string or a list of strings', () => {
  assert.deepEqual(audiencesOf({ aud: 'a' }), ['a'])
  assert.deepEqual(audiencesOf({ aud: ['a', 'b'] }), ['a', 'b'])
})

const AUDIENCES: readonly ClaimValue[] = [
  null,
  true,
  7,
  [],
  ['a', 7],
  ['a', null],
  ['a', ['b']],
  [['a']],
  { a: 'a' },
  Array.from({ length: 101 }, () => 'a'),
]

for (const aud of AUDIENCES) {
  test(`the audience ${JSON.stringify(aud).slice(0, 30)} is refused whole`, () => {
    assert.equal(
      reasonOf(() => audiencesOf({ aud })),
      'audience',
    )
  })
}

test('an audience may be one of a hundred', () => {
  assert.equal(audiencesOf({ aud: Array.from({ length: 100 }, () => 'a') }).length, 100)
})

/** One character of each class that a reader cannot see. */
const UNSEEN = {
  'a control': '\u0000',
  'a line end': '\n',
  'a C1 control': '\u0085',
  'a bidirectional override': '\u202E',
  'a zero-width space': '\u200B',
  'a line separator': '\u2028',
  'a paragraph separator': '\u2029',
  'a lone surrogate': '\uD800',
  'a Hangul filler': '\u3164',
  'a combining grapheme joiner': '\u034F',
  'a variation selector': '\uFE0F',
  'a noncharacter': '\uFDD0',
  'a noncharacter of another plane': '\u{1FFFE}',
}

for (const [name, character] of Object.entries(UNSEEN)) {
  test(`a subject with ${name} is refused`, () => {
    assert.equal(
      reasonOf(() => subjectOf({ sub: `repo:acme${character}` })),
      'claims',
    )
  })
}

const SUBJECTS = [
  'repo:acme@1001/app@2002:ref:refs/heads/main',
  'system:serviceaccount:prod:deployer',
  'project_path:group/project:ref_type:branch:ref:main',
  'organization:acme:project:p:workspace:w:run_phase:apply',
  'auth0|5f7c8ec7c33c6c004bbafe82',
  'spiffe://example.org/ns/prod/sa/web',
  'CN=Zo\u00EB M\u00FCller, O=Acme',
  '\u5C71\u7530',
  'x'.repeat(255),
]

for (const sub of SUBJECTS) {
  test(`the subject ${sub.slice(0, 60)} passes`, () => {
    assert.equal(subjectOf({ sub }), sub)
  })
}

test('jti may be missing only where a token may count twice', () => {
  assert.equal(tokenIdOf({}, false), undefined)
  assert.equal(tokenIdOf({ jti: 'a' }, true), 'a')
  for (const jti of [undefined, null, '', 1, ['a'], {}, 'x'.repeat(256)]) {
    const claims = jti === undefined ? {} : { jti }
    assert.equal(
      reasonOf(() => tokenIdOf(claims, true)),
      'claims',
    )
  }
})

const REAL: readonly (readonly [name: string, claims: object])[] = [
  [
    'Kubernetes',
    {
      aud: ['https://bureau.example.com'],
      'kubernetes.io': {
        namespace: 'prod',
        node: { name: 'n1', uid: 'd5f1' },
        pod: { name: 'web-0', uid: 'c7a2' },
        serviceaccount: { name: 'web', uid: 'b9e3' },
        warnafter: 1_700_003_607,
      },
    },
  ],
  ['Entra with 200 groups', { groups: Array.from({ length: 200 }, () => crypto.randomUUID()) }],
  [
    'Keycloak with 100 clients',
    {
      realm_access: { roles: Array.from({ length: 50 }, (_, index) => `role-${index}`) },
      resource_access: Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [`client-${index}`, { roles: ['view'] }]),
      ),
    },
  ],
]

for (const [name, claims] of REAL) {
  test(`the claims of ${name} fit the limits`, () => {
    const text = JSON.stringify(claims)
    assert.ok(text.length < 12_288)
    assert.deepEqual(JSON.parse(JSON.stringify(parsePayload(Buffer.from(text)))), claims)
  })
}

const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
const listed = (length: number) => `{"a":[${Array.from({ length }, () => 0).join()}]}`
const named = (length: number) => `{${Array.from({ length }, (_, n) => `"${n}":0`).join()}}`

const LIMITS: readonly (readonly [name: string, text: string, reason: string | undefined])[] = [
  ['32 levels', nested(32), undefined],
  ['33 levels', nested(33), 'claims_depth'],
  ['1,000 elements', listed(1000), undefined],
  ['1,001 elements', listed(1001), 'claims_size'],
  ['10,000 elements', listed(10_000), 'claims_size'],
  ['512 members', named(512), undefined],
  ['513 members', named(513), 'claims_size'],
]

for (const [name, text, reason] of LIMITS) {
  test(`${name}: ${reason ?? 'accepted'}`, () => {
    assert.equal(
      reasonOf(() => parsePayload(Buffer.from(text))),
      reason,
    )
  })
}

test('a subject that is not there is told from one of another type', () => {
  assert.throws(() => subjectOf({}), { reason: 'claims', detail: 'sub is missing' })
  assert.throws(() => subjectOf({ sub: 7 }), { reason: 'claims', detail: 'sub is not a string' })
})
