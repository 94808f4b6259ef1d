import type { CommandEntry } from './command.ts'

/** Every command of `bureau`, in the order of its list. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'policy check',
    summary: 'Check a policy file: what does not load, and what is dangerous.',
    load: async () => (await import('./policy/check.ts')).policyCheckCommand,
  },
  {
    name: 'policy test',
    summary: "Run a policy's tests and tell what they do not reach.",
    load: async () => (await import('./policy/test.ts')).policyTestCommand,
  },
  {
    name: 'policy explain',
    summary: 'Explain what a policy answers to a request, and why.',
    load: async () => (await import('./policy/explain.ts')).policyExplainCommand,
  },
  {
    name: 'policy diff',
    summary: 'Compare two policies, and which recorded answers would flip.',
    load: async () => (await import('./policy/diff.ts')).policyDiffCommand,
  },
  {
    name: 'policy schema',
    summary: 'Print the JSON Schema of the policy file.',
    load: async () => (await import('./policy/schema.ts')).policySchemaCommand,
  },
  {
    name: 'audit verify',
    summary: 'Say whether an audit log is whole: edits, gaps, cut tails, forks.',
    load: async () => (await import('./audit/verify.ts')).auditVerifyCommand,
  },
  {
    name: 'audit query',
    summary: 'List the events of an audit log, or find what became of a token.',
    load: async () => (await import('./audit/query.ts')).auditQueryCommand,
  },
  {
    name: 'audit tail',
    summary: 'Show the newest events of an audit log, and those that follow.',
    load: async () => (await import('./audit/tail.ts')).auditTailCommand,
  },
  {
    name: 'audit key',
    summary: 'Print the public key that verifies the checkpoints of an audit key.',
    load: async () => (await import('./audit/key.ts')).auditKeyCommand,
  },
  {
    name: 'audit schema',
    summary: 'Print the JSON Schema of audit records.',
    load: async () => (await import('./audit/schema.ts')).auditSchemaCommand,
  },
  {
    name: 'audit tables',
    summary: 'Print the SQL of the BigQuery table and views of audit records.',
    load: async () => (await import('./audit/tables.ts')).auditTablesCommand,
  },
]
