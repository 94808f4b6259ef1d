import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extract, parseTemplate } from '../../../shared/policy/cel/extract.ts'

const RESOURCE =
  'projects/_/buckets/acme-orders-aaa/objects/data_lake/orders/order_date=2019-11-03/aef87g87ae0876'

/** The table of Google's conditions attribute reference. */
const VECTORS: readonly (readonly [template: string, result: string])[] = [
  ['/order_date={date}/', '2019-11-03'],
  ['buckets/{name}/', 'acme-orders-aaa'],
  ['/orders/{empty}order_date', ''],
  ['{start}/objects/data_lake', 'projects/_/buckets/acme-orders-aaa'],
  ['orders/{end}', 'order_date=2019-11-03/aef87g87ae0876'],
  ['{all}', RESOURCE],
  ['/orders/{none}/order_date=', ''],
  ['/orders/order_date=2019-11-03/{id}/data_lake', ''],
]

for (const [template, result] of VECTORS) {
  test(`extract('${template}') gives '${result.slice(0, 40)}'`, () => {
    assert.equal(extract(RESOURCE, parseTemplate(template)), result)
  })
}

test('the first prefix counts, and the first suffix after it', () => {
  assert.equal(extract('a/1/b/a/2/b', parseTemplate('a/{x}/b')), '1')
  assert.equal(extract('/b a/1/b', parseTemplate('a/{x}/b')), '1')
})

for (const template of [
  '',
  'x',
  '{',
  '}',
  '{}',
  '{a',
  'a}',
  '{a}{b}',
  '{{a}}',
  '}a{',
  '{a b}',
  '{1}',
]) {
  test(`'${template}' is not a template`, () => {
    assert.throws(() => parseTemplate(template), /template/)
  })
}
