import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, bindClaims, compileExpression } from '../../../shared/policy/cel/compile.ts'

const BINDINGS = bind(
  bindClaims({
    ref: 'refs/heads/main',
    groups: ['admins', 'devs'],
    iat: 1_750_000_000,
    nested: { list: [1, null, 'x'] },
  }),
  {},
  new Map(),
)

test('a mapping gives a string; a list of strings only where it may', () => {
  const limits = { maxLength: 2048 }
  const text = (source: string): unknown =>
    compileExpression(source, 'string', ['assertion'], limits).evaluate(BINDINGS)
  const list = (source: string): unknown =>
    compileExpression(source, 'string-or-list', ['assertion'], limits).evaluate(BINDINGS)

  assert.deepEqual(text('assertion.ref'), { value: 'refs/heads/main' })
  assert.deepEqual(text("'gh:' + string(assertion.iat)"), { value: 'gh:1750000000' })
  assert.deepEqual(text('assertion.iat'), {
    error: 'the result must be a string, this is double',
  })
  assert.deepEqual(text('assertion.groups'), { error: 'the result must be a string, this is list' })
  assert.deepEqual(list('assertion.groups'), { value: ['admins', 'devs'] })
  assert.deepEqual(list('assertion.ref'), { value: 'refs/heads/main' })
  assert.deepEqual(list("assertion.groups.map(g, g + '!')"), { value: ['admins!', 'devs!'] })
  assert.deepEqual(list('assertion.nested.list'), {
    error: 'the result must be a string or a list of strings, this is list',
  })
  assert.deepEqual(list('assertion.nested'), {
    error: 'the result must be a string or a list of strings, this is map',
  })
})
