import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessBoundaryOf } from '../../shared/http/options.ts'
import { refusalOf } from '../support/refusals.ts'

const boundary = {
  accessBoundaryRules: [
    {
      availableResource: '//storage.googleapis.com/projects/_/buckets/acme-orders',
      availablePermissions: ['inRole:roles/storage.objectViewer'],
      availabilityCondition: { expression: "resource.name.startsWith('x')" },
    },
  ],
}
const text = JSON.stringify({ userProject: 'acme', accessBoundary: boundary })

test('an access boundary is taken raw, or percent-encoded once more as Python sends it', () => {
  assert.deepEqual(accessBoundaryOf(text), boundary)
  assert.deepEqual(accessBoundaryOf(` ${text}`), boundary)
  assert.deepEqual(accessBoundaryOf(encodeURIComponent(text)), boundary)
})

test('no options, or a project alone, bound nothing', () => {
  assert.equal(accessBoundaryOf(undefined), undefined)
  assert.equal(accessBoundaryOf('{}'), undefined)
  assert.equal(accessBoundaryOf('%7B%22userProject%22%3A%22acme%22%7D'), undefined)
})

const [rule] = boundary.accessBoundaryRules

const refused: readonly (readonly [claim: string, options: string])[] = [
  ['no JSON', 'userProject=acme'],
  ['encoded twice more', encodeURIComponent(encodeURIComponent(text))],
  ['bad percent-encoding', '%7B%'],
  ['a list', '[]'],
  ['an unknown option, which might narrow the token', '{"loginHint":"x"}'],
  ['a project that is no text', '{"userProject":1}'],
  ['a boundary that is text', '{"accessBoundary":"x"}'],
  ['a boundary without rules', '{"accessBoundary":{"accessBoundaryRules":[]}}'],
  [
    'eleven rules',
    JSON.stringify({ accessBoundary: { accessBoundaryRules: Array(11).fill(rule) } }),
  ],
  [
    'a rule without permissions',
    JSON.stringify({
      accessBoundary: { accessBoundaryRules: [{ ...rule, availablePermissions: [] }] },
    }),
  ],
  [
    'an unknown member of a rule',
    JSON.stringify({ accessBoundary: { accessBoundaryRules: [{ ...rule, deny: true }] } }),
  ],
  ['a duplicate key', text.replace('{', '{"accessBoundary":{},')],
]

for (const [claim, options] of refused) {
  test(`${claim} is refused`, () => {
    assert.equal(refusalOf(() => accessBoundaryOf(options))?.reason, 'request')
  })
}
