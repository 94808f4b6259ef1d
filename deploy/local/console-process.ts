import type { BureauProcess } from './bureau-process.ts'
import { signInLink } from './google/sign-in.ts'
import { startForOperators, type OperatorOptions } from './operator-process.ts'

/** The console's process, ready, and the way in. */
export interface ConsoleProcess extends BureauProcess {
  /** Opens the console for the local operator. */
  readonly signInLink: string
}

/** Starts the console over a store that exists. Rejects as `startBureau` does. */
export async function startConsole(options: OperatorOptions): Promise<ConsoleProcess> {
  const process = await startForOperators('console', options)
  return { ...process, signInLink: signInLink(options.googleUrl, `${process.url}/`) }
}
