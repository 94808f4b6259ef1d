import {
  deliveriesViewSql,
  eventsViewSql,
  tableSql,
} from '../../../shared/audit/store/bigquery/ddl.ts'
import { recordFields } from '../../../shared/audit/store/bigquery/fields.ts'
import type { Command } from '../command.ts'

/** `bureau audit tables`: prints what creates the BigQuery side. */
export const auditTablesCommand: Command = {
  description:
    'Prints the SQL of the BigQuery table that records are written to and of the views that the ' +
    'console and the detections read. With --json: the schema of the table, for Terraform.',
  positionals: [],
  options: {},
  examples: ['bureau audit tables | bq query --use_legacy_sql=false'],
  async run({ options }, terminal) {
    if (options['json'] === true) terminal.json(recordFields())
    else {
      const statements = [tableSql(), deliveriesViewSql(), eventsViewSql()]
      terminal.line(statements.join('\n').trimEnd())
    }
    return 0
  },
}
