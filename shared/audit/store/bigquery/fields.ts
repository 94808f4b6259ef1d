import { auditSchema } from '../../schema/json-schema.ts'

/** A column, or a member of a nested one, as BigQuery's table schema spells it. */
export interface Field {
  readonly name: string
  readonly type: 'STRING' | 'INTEGER' | 'FLOAT' | 'BOOLEAN' | 'TIMESTAMP' | 'RECORD'
  readonly mode: 'NULLABLE' | 'REQUIRED' | 'REPEATED'
  readonly fields?: readonly Field[]
}

/** What of JSON Schema the schema of records uses. */
interface Shape {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly const?: unknown
  readonly enum?: readonly unknown[]
}

const REQUIRED = new Set(['id', 'time', 'type', 'chainid', 'chainseq', 'chainhash'])

/**
 * The fields of the table that Pub/Sub writes records to, each member of a record in a column or a
 * nested column of its own: the subscription uses the table's schema, and a JSON object only ever
 * goes into a RECORD.
 */
export function recordFields(): readonly Field[] {
  const { oneOf } = auditSchema() as { readonly oneOf: readonly Shape[] }
  return fieldsOf(merged(oneOf)).map((field) => ({
    ...field,
    type: field.name === 'time' ? 'TIMESTAMP' : field.type,
    mode: REQUIRED.has(field.name) ? 'REQUIRED' : field.mode,
  }))
}

function fieldsOf({ properties = {} }: Shape): readonly Field[] {
  return Object.keys(properties)
    .sort()
    .map((name) => fieldOf(name, properties[name] ?? {}))
}

function fieldOf(name: string, shape: Shape): Field {
  if (shape.type === 'array') return { ...fieldOf(name, shape.items ?? {}), mode: 'REPEATED' }
  const mode = 'NULLABLE'
  if (shape.type === 'object') return { name, type: 'RECORD', mode, fields: fieldsOf(shape) }
  return { name, type: scalarOf(shape), mode }
}

function scalarOf({ type, const: only, enum: several = [only] }: Shape): Field['type'] {
  if (several.every((value) => Number.isInteger(value))) return 'INTEGER'
  if (several.every((value) => typeof value === 'string')) return 'STRING'
  if (several.every((value) => typeof value === 'boolean')) return 'BOOLEAN'
  if (type === 'integer') return 'INTEGER'
  if (type === 'boolean') return 'BOOLEAN'
  if (type === 'number') return 'FLOAT'
  if (type === 'string') return 'STRING'
  throw new Error(`no column type for ${JSON.stringify({ type, several })}`)
}

/** Objects of one name, member by member; what is no object must be of one type everywhere. */
function merged(shapes: readonly Shape[]): Shape {
  const [first = {}] = shapes
  if (first.type !== 'object') return first
  const names = new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)))
  const members = [...names].map((name) => {
    const variants = shapes.flatMap(({ properties = {} }) => properties[name] ?? [])
    return [name, merged(variants)] as const
  })
  return { type: 'object', properties: Object.fromEntries(members) }
}
