import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Milliseconds that a command may take. */
const PATIENCE = 60_000

/** How a command ended. */
export interface Ended {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** What `execFile` rejects with: `code` is a text where the command could not be started. */
interface ExecFailure {
  readonly code: number | string | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end; nothing of this process's environment but PATH is passed on. */
export async function runCommand(
  command: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const options = { env: { PATH: process.env['PATH'], ...env }, timeout: PATIENCE }
  try {
    return { code: 0, ...(await execute(command, words, options)) }
  } catch (error) {
    const { code, stdout = '', stderr = String(error) } = error as Partial<ExecFailure>
    return { code: typeof code === 'number' ? code : undefined, stdout, stderr }
  }
}
