import { PolicyError } from '../shared/reload/policy-source.ts'

/**
 * Ends a start that must fail: exit 1, and why in one line, or in one line for each problem of a
 * policy. The framework would print a stack, or nothing.
 */
export function failStart(error: unknown): never {
  for (const line of reasonsOf(error)) process.stderr.write(`token-bureau: ${line}\n`)
  process.exit(1)
}

function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof PolicyError) return error.problems
  if (!(error instanceof Error)) return [String(error)]
  if ('syscall' in error && error.syscall === 'listen' && 'port' in error && 'code' in error) {
    const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${String(error.code)}`
    return [`port ${String(error.port)} ${why}`]
  }
  return [error.message]
}
