import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Claims } from '../../shared/domain/claims.ts'
import type { Mapped } from '../../shared/domain/provider.ts'
import type { Reason } from '../../shared/domain/refusal.ts'
import { loaded } from '../support/policy-text.ts'
import { refusalOf } from '../support/refusals.ts'

/** The rules of a provider with this mapping and condition. */
function rules(mapping: Readonly<Record<string, string>>, condition = 'true') {
  const provider = {
    id: 'test',
    issuer: 'https://idp.example.com',
    exchange: 'impersonation',
    audiences: ['a'],
    attributeMapping: mapping,
    attributeCondition: condition,
  }
  const { policy } = loaded(JSON.stringify({ version: 1, providers: [provider] }))
  const [compiled] = policy.providersByIssuer.get('https://idp.example.com') ?? []
  if (compiled === undefined) throw new Error('no provider')
  return compiled.attributes
}

const SUB = { 'google.subject': 'assertion.sub' }
const BASE: Claims = { sub: 'alice' }

const MAPPINGS: readonly (readonly [
  name: string,
  mapping: Readonly<Record<string, string>>,
  claims: Claims,
  mapped: {
    readonly groups?: readonly string[]
    readonly attributes?: Readonly<Record<string, string>>
  },
])[] = [
  [
    'a claim',
    { ...SUB, 'attribute.team': 'assertion.team' },
    { team: 'pay' },
    { attributes: { team: 'pay' } },
  ],
  [
    'a nested claim',
    { ...SUB, 'attribute.ns': "assertion['kubernetes.io'].namespace" },
    { 'kubernetes.io': { namespace: 'pay' } },
    { attributes: { ns: 'pay' } },
  ],
  [
    'a part of a claim',
    { ...SUB, 'attribute.ref': "assertion.ref.extract('refs/heads/{branch}')" },
    { ref: 'refs/heads/main' },
    { attributes: { ref: 'main' } },
  ],
  ['a claim that is not there, left unset', { ...SUB, 'attribute.team': 'assertion.team' }, {}, {}],
  ['a number, left unset', { ...SUB, 'attribute.id': 'assertion.id' }, { id: 2002 }, {}],
  [
    'a number made a string',
    { ...SUB, 'attribute.id': 'string(assertion.id)' },
    { id: 2002 },
    { attributes: { id: '2002' } },
  ],
  ['null, left unset', { ...SUB, 'attribute.id': 'assertion.id' }, { id: null }, {}],
  ['a list, left unset', { ...SUB, 'attribute.id': 'assertion.id' }, { id: ['a'] }, {}],
  [
    'groups',
    { ...SUB, 'google.groups': 'assertion.groups' },
    { groups: ['a', 'b'] },
    { groups: ['a', 'b'] },
  ],
  ['no groups', { ...SUB, 'google.groups': 'assertion.groups' }, { groups: [] }, {}],
  [
    'a string for groups, left unset',
    { ...SUB, 'google.groups': 'assertion.groups' },
    { groups: 'admin' },
    {},
  ],
  [
    'groups with a number among them, left unset',
    { ...SUB, 'google.groups': 'assertion.groups' },
    { groups: ['admin', 1] },
    {},
  ],
  ['a claim named like a method', { ...SUB, 'attribute.c': 'assertion.constructor' }, {}, {}],
]

for (const [name, mapping, claims, { groups = [], attributes = {} }] of MAPPINGS)
  test(`mapping ${name}`, () => {
    const mapped: Mapped = rules(mapping).apply({ ...BASE, ...claims })
    assert.equal(mapped.subject, 'alice')
    assert.deepEqual(mapped.groups, groups)
    assert.deepEqual(Object.fromEntries(mapped.attributes), attributes)
  })

const LONG = { ...SUB, 'attribute.a': 'assertion.a', 'google.groups': 'assertion.groups' }

const REFUSALS: readonly (readonly [
  name: string,
  mapping: Readonly<Record<string, string>>,
  condition: string,
  claims: Claims,
  reason: Reason,
  detail?: string,
])[] = [
  [
    'no subject',
    { 'google.subject': 'assertion.user' },
    'true',
    BASE,
    'mapping',
    'google.subject is not there or not a string',
  ],
  [
    'a subject that is a number',
    SUB,
    'true',
    { sub: 7 },
    'mapping',
    'google.subject is not there or not a string',
  ],
  ['an empty subject', SUB, 'true', { sub: '' }, 'mapping', 'google.subject is empty'],
  [
    'a subject of 128 bytes',
    SUB,
    'true',
    { sub: 'a'.repeat(128) },
    'mapping',
    'google.subject has 128 bytes, at most 127 are allowed',
  ],
  [
    'a subject of 64 characters and 128 bytes',
    SUB,
    'true',
    { sub: 'é'.repeat(64) },
    'mapping',
    'google.subject has 128 bytes, at most 127 are allowed',
  ],
  [
    '8,193 mapped bytes',
    LONG,
    'true',
    { sub: 'a', a: 'b'.repeat(8000), groups: ['c'.repeat(192)] },
    'mapping',
    'the mapped values have 8193 bytes, at most 8192 are allowed',
  ],
  ['a false condition', SUB, "assertion.tenant == '1'", { sub: 'a', tenant: '2' }, 'condition'],
  [
    'a number where the condition has a string',
    SUB,
    "assertion.tenant == '1'",
    { sub: 'a', tenant: 1 },
    'condition',
  ],
  [
    'a condition on a claim that is not there',
    SUB,
    "assertion.tenant != '1'",
    BASE,
    'condition_error',
  ],
  [
    'a condition on an attribute that was left unset',
    { ...SUB, 'attribute.a': 'assertion.a' },
    "attribute.a != 'x'",
    BASE,
    'condition_error',
  ],
  [
    'a condition on groups that were left unset',
    { ...SUB, 'google.groups': 'assertion.groups' },
    "'admin' in google.groups",
    { sub: 'a', groups: 'admin' },
    'condition_error',
  ],
  [
    'a false condition before a missing subject',
    { 'google.subject': 'assertion.user' },
    "assertion.tenant == '1'",
    { tenant: '2' },
    'condition',
  ],
  [
    'a false condition before a subject that is too long',
    SUB,
    "assertion.tenant == '1'",
    { sub: 'a'.repeat(500), tenant: '2' },
    'condition',
  ],
]

for (const [name, mapping, condition, claims, reason, detail] of REFUSALS)
  test(`${name} is refused as ${reason}`, () => {
    const refusal = refusalOf(() => rules(mapping, condition).apply(claims))
    assert.equal(refusal?.reason, reason)
    if (detail !== undefined) assert.equal(refusal?.detail, detail)
  })

test('127 bytes of subject and 8,192 mapped bytes are taken', () => {
  assert.equal(rules(SUB).apply({ sub: 'a'.repeat(127) }).subject.length, 127)
  const { attributes } = rules(LONG).apply({
    sub: 'a',
    a: 'b'.repeat(8000),
    groups: ['c'.repeat(191)],
  })
  assert.equal(attributes.get('a')?.length, 8000)
})

test('a condition sees what was mapped', () => {
  const mapping = {
    ...SUB,
    'google.groups': 'assertion.groups',
    'attribute.team': 'assertion.team',
  }
  const condition = "google.subject == 'alice' && 'a' in google.groups && attribute.team == 'pay'"
  const mapped = rules(mapping, condition).apply({ ...BASE, groups: ['a'], team: 'pay' })
  assert.equal(mapped.attributes.get('team'), 'pay')
})

test('the conditions of grants see the same values', () => {
  const mapping = { ...SUB, 'attribute.team': 'assertion.team' }
  const { bindings } = rules(mapping).apply({ ...BASE, team: 'pay' })
  const { condition } = rules(mapping, "attribute.team == 'pay' && google.subject == 'alice'")
  assert.equal(condition.test(bindings), true)
})

test('rules name every top-level claim that they read', () => {
  const { reads } = rules(
    { ...SUB, 'attribute.a': 'assertion.b.c' },
    "assertion.a == 'x' && has(assertion.z.y)",
  )
  assert.deepEqual(reads, ['a', 'b', 'sub', 'z'])
})

test('the detail of an evaluation error is one short line', () => {
  const claims = { sub: 'a', a: `x\n${'y'.repeat(500)}` }
  const refusal = refusalOf(() => rules(SUB, 'int(assertion.a) == 1').apply(claims))
  assert.equal(refusal?.reason, 'condition_error')
  assert.match(refusal?.detail ?? '', /^.{1,100}$/)
})

test('claims deeper than the engine takes are refused, not a fault', () => {
  let deep: Claims = { leaf: 'x' }
  for (let level = 0; level < 40; level += 1) deep = { deep }
  assert.equal(refusalOf(() => rules(SUB).apply({ ...BASE, ...deep }))?.reason, 'mapping')
})
