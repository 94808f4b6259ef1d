import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { auditSchema } from '../../shared/audit/schema/json-schema.ts'
import { AuditRecordShape } from '../../shared/audit/schema/envelope.ts'
import { COLUMNS } from '../../shared/audit/store/columns.ts'
import { linesOf, NOON } from '../support/audit-history.ts'
import { bureau } from '../support/cli.ts'

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: boolean
}

const { oneOf: variants } = auditSchema() as { readonly oneOf: readonly Shape[] }

test('deploy/audit.schema.json is what the recorder writes by', async () => {
  const written = await readFile(new URL('../../deploy/audit.schema.json', import.meta.url), 'utf8')
  const message = 'write it anew: bureau audit schema > deploy/audit.schema.json'
  assert.deepEqual(JSON.parse(written), structuredClone(auditSchema()), message)
  assert.equal((await bureau('audit', 'schema')).stdout, written)
})

test('records in their chain have the shape of the schema', async () => {
  const history = [{ at: NOON }, { at: NOON, refused: 'alg' }] as const
  for (const line of await linesOf(history)) {
    assert.deepEqual(AuditRecordShape.safeParse(JSON.parse(line)).error?.issues, undefined)
  }
})

test('no object of a record allows members that the schema does not name', () => {
  assert.deepEqual(variants.filter(isOpen), [])
})

function isOpen({ properties, additionalProperties }: Shape): boolean {
  const open = properties !== undefined && additionalProperties !== false
  return open || Object.values(properties ?? {}).some(isOpen)
}

test('every column of the stores is a member of the schema', () => {
  const strange = COLUMNS.filter(({ path }) => !variants.some((variant) => has(path, variant)))
  assert.deepEqual(strange, [])
})

function has(path: readonly string[], { properties = {} }: Shape): boolean {
  const [name = '', ...rest] = path
  const member = properties[name]
  return member !== undefined && (rest.length === 0 || has(rest, member))
}
