import { COLUMNS, type Column } from '../columns.ts'
import { recordFields, type Field } from './fields.ts'

const SQL_TYPES = {
  STRING: 'STRING',
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  TIMESTAMP: 'TIMESTAMP',
} as const

/** Members of records that GoogleSQL reserves as words. */
const RESERVED = new Set(['hash', 'interval', 'order'])

/** `CREATE TABLE` of the records, partitioned by day; a query must name the days that it reads. */
export function tableSql(): string {
  const columns = recordFields().map((field) => `  ${columnSql(field, 1)}`)
  return `CREATE TABLE IF NOT EXISTS audit.records (
${columns.join(',\n')}
)
PARTITION BY DATE(time)
CLUSTER BY type, subject
OPTIONS (
  description = 'Audit records of Token Bureau, as Pub/Sub delivers them: at least once each.',
  require_partition_filter = TRUE
);
`
}

function columnSql({ name, type, mode, fields = [] }: Field, depth: number): string {
  const own = type === 'RECORD' ? structSql(fields, depth) : SQL_TYPES[type]
  const typed = mode === 'REPEATED' ? `ARRAY<${own}>` : own
  const quoted = RESERVED.has(name) ? `\`${name}\`` : name
  return `${quoted} ${typed}${mode === 'REQUIRED' ? ' NOT NULL' : ''}`
}

function structSql(fields: readonly Field[], depth: number): string {
  const indent = '  '.repeat(depth)
  const members = fields.map((field) => `${indent}  ${columnSql(field, depth + 1)}`)
  return `STRUCT<\n${members.join(',\n')}\n${indent}>`
}

/** What the BigQuery store reads besides the columns of every store. */
export const FURTHER_COLUMNS: readonly Column[] = [
  { name: 'chain_hash', type: 'text', path: ['chainhash'], strip: '' },
  { name: 'outcome', type: 'text', path: ['data', 'status'], strip: '' },
  {
    name: 'checkpoint',
    type: 'text',
    path: ['data', 'unmapped', 'checkpoint', 'position'],
    strip: '',
  },
  { name: 'refusals', type: 'text', path: ['data', 'unmapped', 'refusals'], strip: '' },
]

/**
 * `CREATE VIEW` of the deliveries: the columns that every store answers by, under the same names, a
 * row for each time that Pub/Sub delivered a record. It passes `event_time` through, so a query that
 * names a stretch of it reads only its partitions.
 */
export function deliveriesViewSql(): string {
  const columns = [...COLUMNS, ...FURTHER_COLUMNS].map(
    (column) => `  ${expressionOf(column)} AS ${column.name}`,
  )
  return `CREATE OR REPLACE VIEW audit.deliveries AS
SELECT
  time AS event_time,
${columns.join(',\n')},
  TO_JSON_STRING((
    SELECT AS STRUCT records.* REPLACE (FORMAT_TIMESTAMP('%FT%H:%M:%E3SZ', time) AS time)
  )) AS record
FROM audit.records AS records;
`
}

/** `CREATE VIEW` of the events, each once: all deliveries of an event bear its id and its time. */
export function eventsViewSql(): string {
  return `CREATE OR REPLACE VIEW audit.events AS
SELECT * EXCEPT (delivery)
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY event_time, id ORDER BY chain_seq) AS delivery
  FROM audit.deliveries
)
WHERE delivery = 1;
`
}

function expressionOf({ path, type, strip }: Column): string {
  const place = path.join('.')
  const field = fieldAt(path, recordFields())
  if (field.mode === 'REPEATED') {
    return `IF(ARRAY_LENGTH(${place}) > 0, TO_JSON_STRING(${place}), NULL)`
  }
  if (strip !== '') return `SUBSTR(${place}, ${strip.length + 1})`
  return type === 'integer' && field.type !== 'INTEGER' ? `CAST(${place} AS INT64)` : place
}

function fieldAt([name, ...rest]: readonly string[], fields: readonly Field[]): Field {
  const field = fields.find((one) => one.name === name)
  if (field === undefined) throw new Error(`records have no ${name}`)
  return rest.length === 0 ? field : fieldAt(rest, field.fields ?? [])
}
