#!/usr/bin/env node
import { COMMANDS } from './commands.ts'
import { dispatch } from './dispatch.ts'
import { openTerminal } from './terminal.ts'

// A reader such as `head` that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
try {
  process.exitCode = await dispatch(COMMANDS, process.argv.slice(2), openTerminal(process))
} catch (error) {
  process.stderr.write(`bureau: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
