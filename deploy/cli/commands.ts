import type { CommandEntry } from './command.ts'

/** Every command of `bureau`, in the order of its list. */
export const COMMANDS: readonly CommandEntry[] = [
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
    name: 'policy schema',
    summary: 'Print the JSON Schema of the policy file.',
    load: async () => (await import('./policy/schema.ts')).policySchemaCommand,
  },
]
