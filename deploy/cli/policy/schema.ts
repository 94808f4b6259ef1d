import { policySchema } from '../../../shared/policy/schema.ts'
import type { Command } from '../command.ts'

/** `bureau policy schema`: prints what `deploy/policy.schema.json` holds. */
export const policySchemaCommand: Command = {
  description:
    'Prints the JSON Schema of the policy file. Editors that know yaml-language-server find it by ' +
    'the first line of a policy: # yaml-language-server: $schema=./policy.schema.json',
  positionals: [],
  options: {},
  examples: ['bureau policy schema > policy.schema.json'],
  run: async (_call, terminal) => {
    terminal.json(policySchema())
    return 0
  },
}
