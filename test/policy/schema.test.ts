import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { formatProblem } from '../../shared/policy/problem.ts'
import { readPolicyFile } from '../../shared/policy/read-policy.ts'
import { policySchema } from '../../shared/policy/schema.ts'

const DEPLOY = new URL('../../deploy/', import.meta.url)

test('deploy/policy.schema.json is what the loader checks', async () => {
  const written: unknown = JSON.parse(await readFile(new URL('policy.schema.json', DEPLOY), 'utf8'))
  const message = 'write it anew: bureau policy schema > deploy/policy.schema.json'
  assert.deepEqual(written, structuredClone(policySchema()), message)
})

test('the schema names every key of the file format and allows no other', () => {
  const schema = policySchema()
  assert.equal(schema['additionalProperties'], false)
  assert.deepEqual(schema['required'], ['version', 'providers'])
  assert.deepEqual(Object.keys(schema['properties'] ?? {}).toSorted(), [
    'ceiling',
    'denials',
    'grants',
    'include',
    'providers',
    'tests',
    'version',
  ])
})

test('the example policy loads and points editors to the schema', async () => {
  const path = new URL('policy.yaml', DEPLOY).pathname
  const result = await readPolicyFile(path)
  assert.deepEqual(result.ok ? [] : result.problems.map(formatProblem), [])
  const [first] = (await readFile(path, 'utf8')).split('\n')
  assert.equal(first, '# yaml-language-server: $schema=./policy.schema.json')
})

test('every key of the file format is read as it is written', async () => {
  const path = new URL('every-key.yaml', new URL('files/', import.meta.url)).pathname
  const result = await readPolicyFile(path)
  assert.deepEqual(result.ok ? [] : result.problems.map(formatProblem), [])
})
