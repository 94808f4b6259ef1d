import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMap, parseDocument } from 'yaml'
import { sourceMap } from '../../shared/policy/yaml/source-map.ts'
import { complaints, WHOLE } from '../support/policy-text.ts'

const MORE = 'too many problems: fix these first'

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('')
}

/** `WHOLE`, whose grant goes on with further lines. */
const grantWith = (count: number) => WHOLE + lines(count, (index) => `    key${index}: 1`)

/** Texts that are wrong in `count` places. */
const MISTAKEN: Readonly<Record<string, (count: number) => string>> = {
  'keys that nobody knows': grantWith,
  'grants that are none': (count) => WHOLE + lines(count, () => '  - x'),
  'ids taken again': (count) =>
    WHOLE + lines(count, () => WHOLE.split('\n').slice(8, 14).join('\n')),
  'keys that are no strings': (count) => WHOLE + lines(count, (index) => `    ${index}: 1`),
  'tests of no provider': (count) =>
    `${WHOLE}tests:\n${lines(count, (index) => `  - {name: t${index}, provider: none, claims: {}, expect: {refused: mapping}}`)}`,
}

for (const [title, text] of Object.entries(MISTAKEN)) {
  test(`${title}: all are told up to a hundred, and beyond it that there are more`, () => {
    const hundred = complaints(text(100))
    assert.equal(hundred.length, 100)
    assert.ok(!hundred.some((line) => line.endsWith(MORE)))
    const more = complaints(text(1000))
    assert.equal(more.length, 101)
    assert.equal(more.filter((line) => line.endsWith(MORE)).length, 1)
    assert.ok(more.at(-1)?.endsWith(MORE))
  })
}

/** How often the items of a mapping are touched until each of its keys is found. */
function costs(count: number): number {
  const text = lines(count, (index) => `key${index}: 1`)
  const { contents } = parseDocument(text)
  assert.ok(isMap(contents))
  let reads = 0
  contents.items = new Proxy(contents.items, {
    get(items, name, receiver): unknown {
      reads += 1
      return Reflect.get(items, name, receiver)
    },
  })
  const source = sourceMap('policy.yaml', text, contents, new Map())
  for (let index = 0; index < count; index += 1)
    assert.deepEqual(source.key([`key${index}`]), { line: index + 1, column: 1 })
  return reads
}

test('finding every key of a mapping costs in proportion to the keys', () => {
  assert.ok(costs(2000) < 8 * costs(500))
})
