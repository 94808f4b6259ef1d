import type { Command } from '../command.ts'
import { readSecret } from '../secret-input.ts'
import { publicKeyOf } from './audit-key.ts'

/** `bureau audit key`: prints the public half of the audit key. */
export const auditKeyCommand: Command = {
  description:
    'Prints the public key of checkpoints that belongs to an audit key. Whoever has it can verify ' +
    'signatures with bureau audit verify --key, and make none.',
  positionals: ['FILE'],
  options: {},
  examples: ['bureau audit key /secrets/audit.key > audit.pub'],
  async run({ positionals, options }, terminal) {
    const [path = ''] = positionals
    const publicKey = publicKeyOf(await readSecret(path, 'FILE'), path)
    if (options['json'] === true) terminal.json({ publicKey })
    else terminal.line(publicKey)
    return 0
  },
}
