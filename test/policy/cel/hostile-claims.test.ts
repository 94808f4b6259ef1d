import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, bindClaims, compileCondition } from '../../../shared/policy/cel/compile.ts'
import type { Claims, ClaimValue } from '../../../shared/domain/claims.ts'
import { Refusal } from '../../../shared/domain/refusal.ts'

function verdictOf(source: string, json: string): unknown {
  const claims = JSON.parse(json) as Claims
  return compileCondition(source).test(bind(bindClaims(claims), {}, new Map()))
}

test('a claim shaped like a protobuf message is a map and equals no string', () => {
  const claims = '{"role": {"$typeName": "google.protobuf.StringValue", "value": "admin"}}'
  assert.equal(verdictOf("assertion.role == 'admin'", claims), false)
  assert.equal(verdictOf("assertion.role.value == 'admin'", claims), true)
  assert.equal(
    verdictOf("assertion.role['$typeName'] == 'google.protobuf.StringValue'", claims),
    true,
  )
  assert.equal(verdictOf('type(assertion.role) == map', claims), true)
})

test('claims named like the parts of a JavaScript object are claims', () => {
  const claims =
    '{"__proto__": {"admin": true}, "constructor": "c", "toString": "t", "n": {"__proto__": "p"}}'
  assert.equal(verdictOf('assertion.__proto__.admin', claims), true)
  assert.equal(verdictOf("assertion.constructor == 'c' && assertion.toString == 't'", claims), true)
  assert.equal(verdictOf("assertion.n.__proto__ == 'p'", claims), true)
  assert.equal(verdictOf('has(assertion.admin) || has(assertion.n.admin)', claims), false)
  assert.equal(verdictOf("has(assertion.hasOwnProperty) || 'valueOf' in assertion", claims), false)
})

test('names of objects that are no claims are errors', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'prototype']) {
    assert.deepEqual(verdictOf(`assertion.${name} == 'x'`, '{}'), {
      error: `field not found: ${name}`,
    })
  }
})

test('the kelvin sign is not the letter k', () => {
  assert.equal(verdictOf("assertion.a.lowerAscii() == 'k'", '{"a": "\\u212a"}'), false)
  assert.equal(verdictOf("assertion.a.matches('^[a-z]$')", '{"a": "\\u212a"}'), false)
  assert.equal(verdictOf("assertion.a.lowerAscii() == 'k'", '{"a": "K"}'), true)
  assert.equal(
    verdictOf('assertion.a.lowerAscii() == assertion.a', '{"a": "\\u0130\\u00c9"}'),
    true,
  )
})

test('a lone surrogate is a character like another', () => {
  const claims = '{"a": "\\ud800"}'
  assert.equal(verdictOf("size(assertion.a) == 1 && assertion.a != '?'", claims), true)
  assert.equal(verdictOf("assertion.a.split('').size() == 1", claims), true)
})

function nested(levels: number): ClaimValue {
  let value: ClaimValue = 'x'
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

test('claims nest to 32 levels, the claims object being the first', () => {
  assert.doesNotThrow(() => bindClaims({ a: nested(31) }))
  for (const levels of [32, 33, 1000]) {
    assert.throws(
      () => bindClaims({ a: nested(levels) }),
      (error) => error instanceof Refusal && error.reason === 'claims_depth',
    )
  }
})

test('what a caller does to the claims afterwards changes nothing', () => {
  const groups = ['a']
  const claims: Record<string, ClaimValue> = { groups, role: 'user' }
  const bindings = bind(bindClaims(claims), {}, new Map())
  groups.push('admins')
  claims['role'] = 'admin'
  const condition = compileCondition("'admins' in assertion.groups || assertion.role == 'admin'")
  assert.equal(condition.test(bindings), false)
})
