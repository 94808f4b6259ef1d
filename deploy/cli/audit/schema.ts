import { auditSchema } from '../../../shared/audit/schema/json-schema.ts'
import type { Command } from '../command.ts'

/** `bureau audit schema`: prints what `deploy/audit.schema.json` holds. */
export const auditSchemaCommand: Command = {
  description:
    'Prints the JSON Schema of audit records: CloudEvents 1.0 whose data is an event of OCSF 1.6.',
  positionals: [],
  options: {},
  examples: ['bureau audit schema > audit.schema.json'],
  run: async (_call, terminal) => {
    terminal.json(auditSchema())
    return 0
  },
}
