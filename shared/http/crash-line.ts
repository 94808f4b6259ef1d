/** A stack frame and nothing else: the lines above it are the message, which may hold a token. */
const FRAME = /^ {4}at (?:[\w.<>[\] ]{1,100} \()?(?:file:|node:)?[\w./@-]{1,160}:\d+:\d+\)?$/

/**
 * The last line of a process that crashed, in Cloud Logging's shape: kind, name and code of the
 * error and where it was thrown, never its message.
 */
export function crashLine(event: string, error: unknown): string {
  return lineOf('CRITICAL', event, error)
}

/**
 * The line of a warning of Node's or of a library's, without its message likewise: the client of the
 * metadata server puts whole answers there.
 */
export function warningLine(warning: unknown): string {
  return lineOf('WARNING', 'warning', warning)
}

function lineOf(severity: 'CRITICAL' | 'WARNING', event: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return JSON.stringify({
    severity,
    message: `${event}: ${nameOf(error)}`,
    code: error instanceof Error && 'code' in error ? word(error.code) : undefined,
    stack: stack
      .split('\n')
      .filter((line) => FRAME.test(line))
      .map((line) => line.trim())
      .slice(0, 10),
  })
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${typeof error}`
  return word(error.name) ?? 'Error'
}

/** An identifier such as `TypeError` or `ERR_INVALID_ARG_TYPE`; anything else is not shown. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^\w{1,60}$/.test(value) ? value : undefined
}
