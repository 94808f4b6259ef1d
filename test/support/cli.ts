import { COMMANDS } from '../../deploy/cli/commands.ts'
import { dispatch } from '../../deploy/cli/dispatch.ts'
import { openTerminal } from '../../deploy/cli/terminal.ts'

/** What a command wrote and how it ended. */
export interface CliRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `bureau` in this process, its output caught; no colours. */
export async function bureau(...args: readonly string[]): Promise<CliRun> {
  const written = { stdout: '', stderr: '' }
  const code = await dispatch(
    COMMANDS,
    args,
    openTerminal({
      stdout: { write: (text) => void (written.stdout += text) },
      stderr: { write: (text) => void (written.stderr += text) },
      env: {},
    }),
  )
  return { code, ...written }
}
