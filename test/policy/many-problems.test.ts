import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMap, parseDocument } from 'yaml'
import { closest } from '../../shared/policy/closest.ts'
import { sourceMap } from '../../shared/policy/yaml/source-map.ts'
import { complaints, WHOLE } from '../support/policy-text.ts'
import { processorTime } from '../support/processor-time.ts'

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
  'tests of no account': (count) =>
    `${WHOLE}tests:\n${lines(count, (index) => `  - {name: t${index}, provider: github, claims: {}, expect: {granted: {serviceAccount: none@acme.iam.gserviceaccount.com}}}`)}`,
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

/** Milliseconds of processor time to find that none of many names is near. */
function search(name: string, known: readonly string[]): number {
  const began = processorTime()
  for (let round = 0; round < 20; round += 1) assert.equal(closest(name, known), undefined)
  return processorTime() - began
}

test('a name that is far from the start costs no comparison of its whole length', () => {
  const tail = 'a'.repeat(300)
  const far = Array.from({ length: 50 }, () => `zzzzzz${tail}`)
  const near = Array.from({ length: 50 }, () => `${tail}zzzzzz`)
  assert.ok(search(`bbbbbb${tail}`, far) * 5 < search(`${tail}bbbbbb`, near))
})
