import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Denial, Grant } from '../../shared/domain/grant.ts'
import { Refusal, type Reason } from '../../shared/domain/refusal.ts'
import type { TokenRequest } from '../../shared/domain/token-request.ts'
import { authorize } from '../../shared/steps/authorize.ts'
import {
  aGrant,
  always,
  aPolicy,
  aPrincipal,
  aRequest,
  aTrail,
  mappedSubject,
  STORAGE_READ,
  STORAGE_WRITE,
} from '../support/policy.ts'

const alice = aPrincipal(mappedSubject('alice', ['ops'], new Map([['team', 'pay/eu']])))

function access(overrides: Partial<Extract<TokenRequest['wish'], { kind: 'access_token' }>> = {}) {
  const nothing = { scopes: undefined, lifetime: undefined, accessBoundary: undefined }
  return { wish: { kind: 'access_token' as const, ...nothing, ...overrides } }
}

function terms(overrides: Partial<NonNullable<Grant['accessToken']>>): Partial<Grant> {
  const { accessToken } = aGrant()
  assert.ok(accessToken)
  return { accessToken: { ...accessToken, ...overrides } }
}

const both = new Set([STORAGE_READ, STORAGE_WRITE])
const idToken = { audiences: new Set(['https://app.run.app']), includeEmail: true }
const writer = aGrant({ id: 'writer', serviceAccount: 'writer@acme.iam.gserviceaccount.com' })
const boundary = { accessBoundaryRules: [{}] }

const granted: readonly (readonly [string, readonly Grant[], Partial<TokenRequest>, string])[] = [
  ['everybody of the provider', [aGrant()], {}, 'reader'],
  ['a subject', [aGrant({ members: ['onprem:subject/alice'] })], {}, 'reader'],
  ['a group', [aGrant({ members: ['onprem:group/ops'] })], {}, 'reader'],
  [
    'an attribute with a slash',
    [aGrant({ members: ['onprem:attribute.team/pay/eu'] })],
    {},
    'reader',
  ],
  ['a grant whose condition holds', [aGrant({ condition: always(true) })], {}, 'reader'],
  [
    'the account by e-mail',
    [aGrant(), writer],
    { target: { kind: 'email', email: writer.serviceAccount } },
    'writer',
  ],
  ['the grant by id', [aGrant(), writer], { target: { kind: 'grant', id: 'writer' } }, 'writer'],
  [
    'the provider by name',
    [aGrant()],
    { target: { kind: 'provider', resourceName: alice.assertion.provider.resourceName ?? '' } },
    'reader',
  ],
  [
    'the one account of the wished kind',
    [aGrant(), aGrant({ ...writer, accessToken: undefined, idToken })],
    {},
    'reader',
  ],
  [
    'several grants of one account: the least',
    [aGrant({ id: 'wide', ...terms({ scopes: both }) }), aGrant()],
    {},
    'reader',
  ],
  [
    'several grants of one account: the one that covers',
    [aGrant(), aGrant({ id: 'wide', ...terms({ scopes: both }) })],
    access({ scopes: [STORAGE_WRITE] }),
    'wide',
  ],
  [
    'the grant that drops nothing',
    [aGrant(terms({ excessScopes: 'drop' })), aGrant({ id: 'wide', ...terms({ scopes: both }) })],
    access({ scopes: [STORAGE_READ, STORAGE_WRITE] }),
    'wide',
  ],
  ['a lifetime within the grant', [aGrant()], access({ lifetime: 900 }), 'reader'],
  [
    'a boundary that the grant allows',
    [aGrant(terms({ accessBoundary: true }))],
    access({ accessBoundary: boundary }),
    'reader',
  ],
]

for (const [name, grants, request, expected] of granted) {
  test(`granted: ${name}`, () => {
    for (const order of [grants, grants.toReversed()]) {
      const trail = aTrail()
      const authorization = authorize(alice, aRequest(request), aPolicy(order), trail)
      assert.equal(authorization.grant.id, expected)
      assert.equal(trail.authorization, authorization)
    }
  })
}

const refused: readonly (readonly [string, readonly Grant[], Partial<TokenRequest>, Reason])[] = [
  ['no grant at all', [], {}, 'no_grant'],
  ['another subject', [aGrant({ members: ['onprem:subject/bob'] })], {}, 'no_grant'],
  ['the group as a subject', [aGrant({ members: ['onprem:subject/ops'] })], {}, 'no_grant'],
  ['another provider', [aGrant({ members: ['github:*'] })], {}, 'no_grant'],
  ['a false condition', [aGrant({ condition: always(false) })], {}, 'no_grant'],
  [
    'a failing condition',
    [aGrant({ condition: always({ error: 'no such key' }) })],
    {},
    'no_grant',
  ],
  [
    'another account',
    [aGrant()],
    { target: { kind: 'email', email: writer.serviceAccount } },
    'no_grant',
  ],
  ['an unknown grant id', [aGrant()], { target: { kind: 'grant', id: 'nobody' } }, 'no_grant'],
  [
    'another provider by name',
    [aGrant()],
    { target: { kind: 'provider', resourceName: '//iam.googleapis.com/other' } },
    'no_grant',
  ],
  ['two accounts and none named', [aGrant(), writer], {}, 'ambiguous_grant'],
  ['a scope outside', [aGrant()], access({ scopes: [STORAGE_WRITE] }), 'scope'],
  [
    'one scope of two outside',
    [aGrant()],
    access({ scopes: [STORAGE_READ, STORAGE_WRITE] }),
    'scope',
  ],
  [
    'drop: nothing left',
    [aGrant(terms({ excessScopes: 'drop' }))],
    access({ scopes: [STORAGE_WRITE] }),
    'scope',
  ],
  [
    'scopes of two grants together',
    [aGrant(), aGrant({ id: 'w', ...terms({ scopes: new Set([STORAGE_WRITE]) }) })],
    access({ scopes: [STORAGE_READ, STORAGE_WRITE] }),
    'scope',
  ],
  ['a lifetime beyond the grant', [aGrant()], access({ lifetime: 901 }), 'request'],
  [
    'a boundary that the grant does not allow',
    [aGrant()],
    access({ accessBoundary: boundary }),
    'request',
  ],
  [
    'an ID token from an access-token grant',
    [aGrant()],
    { wish: { kind: 'id_token', audience: 'https://app.run.app' } },
    'no_grant',
  ],
  [
    'an ID-token audience outside',
    [aGrant({ idToken })],
    { wish: { kind: 'id_token', audience: 'https://app.run.app/' } },
    'no_grant',
  ],
  ['an audit grant never issues', [aGrant({ mode: 'audit' })], {}, 'no_grant'],
]

for (const [name, grants, request, reason] of refused) {
  test(`refused with ${reason}: ${name}`, () => {
    for (const order of [grants, grants.toReversed()]) {
      assert.throws(
        () => authorize(alice, aRequest(request), aPolicy(order), aTrail()),
        (error) => error instanceof Refusal && error.reason === reason,
      )
    }
  })
}

test('the scope that is outside the grant is named', () => {
  const request = aRequest(access({ scopes: [STORAGE_READ, STORAGE_WRITE] }))
  assert.throws(() => authorize(alice, request, aPolicy([aGrant()]), aTrail()), {
    detail: `nearest grant reader: the grant does not give ${STORAGE_WRITE} (1 of 2 scopes)`,
  })
})

const denials: readonly (readonly [string, Omit<Denial, 'id'>, boolean])[] = [
  ['everybody', { members: undefined, condition: always(true) }, true],
  ['a member', { members: new Set(['onprem:group/ops']), condition: undefined }, true],
  [
    'a condition that cannot be evaluated',
    { members: undefined, condition: always({ error: 'x' }) },
    true,
  ],
  ['another member', { members: new Set(['onprem:group/dev']), condition: always(true) }, false],
  ['a false condition', { members: undefined, condition: always(false) }, false],
]

for (const [name, denial, strikes] of denials) {
  test(`a denial of ${name} ${strikes ? 'wins over the grant' : 'leaves the grant'}`, () => {
    const trail = aTrail()
    const decide = () =>
      authorize(alice, aRequest(), aPolicy([aGrant()], [{ id: 'no', ...denial }]), trail)
    if (strikes) {
      assert.throws(decide, (error) => error instanceof Refusal && error.reason === 'denied')
      assert.equal(trail.denial, 'no')
    } else {
      assert.equal(decide().grant.id, 'reader')
    }
  })
}

test('the trail names the audit grants that would have covered the request', () => {
  const trail = aTrail()
  const shadow = aGrant({ id: 'tomorrow', mode: 'audit' })
  authorize(alice, aRequest(), aPolicy([aGrant(), shadow]), trail)
  assert.deepEqual(trail.shadowGrants, ['tomorrow'])
})

test("left out, the lifetime is the smaller of the grant and one hour, the scopes are the grant's", () => {
  for (const [maxLifetime, lifetime] of [
    [900, 900],
    [43_200, 3600],
  ] as const) {
    const { order } = authorize(
      alice,
      aRequest(),
      aPolicy([aGrant(terms({ maxLifetime }))]),
      aTrail(),
    )
    assert.deepEqual(order, {
      kind: 'access_token',
      scopes: [STORAGE_READ],
      lifetime,
      accessBoundary: undefined,
    })
  }
})
