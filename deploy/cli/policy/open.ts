import { readPolicyFile } from '../../../shared/policy/read-policy.ts'
import { formatProblem } from '../../../shared/policy/problem.ts'
import type { LoadedPolicy, LoadResult } from '../../../shared/policy/load.ts'
import type { Terminal } from '../terminal.ts'

/** Options of every command that reads a policy. */
export const POLICY_OPTIONS = {
  'allow-loopback': {
    type: 'boolean',
    description: 'Permit http: issuers on this machine, as ALLOW_LOOPBACK=1 does.',
  },
} as const

/** Reads a policy file as the bureau would. */
export function readPolicy(
  path: string,
  options: Readonly<Record<string, unknown>>,
): Promise<LoadResult> {
  return readPolicyFile(path, { allowLoopback: options['allow-loopback'] === true })
}

/** Reads a policy that a command needs whole; what is wrong with it is told, and undefined given. */
export async function readWholePolicy(
  path: string,
  options: Readonly<Record<string, unknown>>,
  terminal: Terminal,
): Promise<LoadedPolicy | undefined> {
  const result = await readPolicy(path, options)
  if (result.ok) return result
  if (options['json'] === true) terminal.json({ ok: false, problems: result.problems })
  else for (const problem of result.problems) terminal.line(formatProblem(problem))
  return undefined
}
