import { z } from 'zod'
import { SCHEMA_ID } from '../record/envelope.ts'
import { AuditRecordShape } from './envelope.ts'

/**
 * The JSON Schema (draft 2020-12) of audit records, made from the shapes that the recorder's types
 * come from. `deploy/audit.schema.json` is this, indented by two spaces.
 */
export function auditSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(AuditRecordShape, { target: 'draft-2020-12' })
  return {
    $schema: schema.$schema,
    $id: SCHEMA_ID,
    title: 'Token Bureau audit record',
    description:
      'CloudEvents 1.0 in JSON whose data is an event of OCSF 1.6: Authentication (3002) for ' +
      'requests, Entity Management (3004) for policies, Event Log Activity (1008) for the log itself.',
    ...schema,
  }
}
