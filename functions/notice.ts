import { writeSync } from 'node:fs'
import { describeCause } from '../shared/audit/record/cause.ts'
import type { Refusal } from '../shared/domain/refusal.ts'
import type { Trail } from '../shared/domain/trail.ts'

/**
 * Writes one line that is about the process, not about a request, in Cloud Logging's shape.
 * `severity` as Cloud Logging spells it.
 */
export function notice(severity: 'NOTICE' | 'WARNING' | 'ERROR', message: string): void {
  print({ severity, message })
}

/** Writes the line of an answer that is no decision: a page, an introspection. */
export function requestLine({ requestId, caller }: Trail, status: number): void {
  const { method, path } = caller
  const severity = status < 500 ? 'INFO' : 'WARNING'
  const message = `${method} ${path} ${status}`
  print({ severity, message, reason: 'answered', status, request_id: requestId })
}

/**
 * Writes the line of an answer of a private function: who asked, and why not where it was refused.
 * `detail` never holds more than a refusal's own; `about` says what was asked and never holds a token.
 */
export function operatorLine(
  { requestId, caller }: Trail,
  status: number,
  operator: string | undefined,
  refusal: Refusal | undefined,
  about: Readonly<Record<string, string>> = {},
): void {
  const { method, path, address } = caller
  print({
    severity: refusal === undefined ? 'INFO' : status < 500 ? 'NOTICE' : 'WARNING',
    message: `${method} ${path} ${status}`,
    reason: refusal?.reason ?? 'answered',
    detail: refusal?.detail,
    cause: describeCause(refusal?.cause),
    status,
    request_id: requestId,
    operator,
    address,
    ...about,
  })
}

/** Writes a finished line before it returns, for a process that is about to end. */
export function writeLine(line: string): void {
  try {
    writeSync(process.stdout.fd, `${line}\n`)
  } catch {
    // Nobody reads any more, and there is no other place to say so.
  }
}

/**
 * Keeps a log whose reader went away from ending the process: each write that failed is still told
 * to the one who wrote, so that the audit fails closed where it needs that log.
 */
export function outliveLog(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

function print(entry: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...entry, time: new Date().toISOString() })}\n`)
}
