import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

const SEVERITIES = ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL'] as const

/** A line of the bureau's log as far as Cloud Logging and an operator read it. */
const logLine = z.looseObject({
  severity: z.enum(SEVERITIES),
  message: z.string(),
  reason: z.string().optional(),
  status: z.int().optional(),
  request_id: z.uuid().optional(),
})

/** A line of the bureau's log. */
export type LogLine = z.output<typeof logLine>

/** Milliseconds that a line may take from one process to the other. */
const PATIENCE = 5000
/** The framework's own words at the start, the only lines that are no JSON. */
const FRAMEWORK = /^(Serving function\.\.\.|Function: |Signature type: |URL: )/

/** Every line of standard output that is the bureau's own; each must be one JSON object. */
export function logLines(stdout: readonly string[]): readonly LogLine[] {
  return stdout
    .filter((line) => !FRAMEWORK.test(line))
    .map((line) => logLine.parse(JSON.parse(line)))
}

/** The lines of one request, once its last one is there: the one that has a status. */
export async function linesOf(
  bureau: { readonly stdout: () => readonly string[] },
  requestId: string,
): Promise<readonly LogLine[]> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const lines = logLines(bureau.stdout()).filter(({ request_id }) => request_id === requestId)
    if (lines.some(({ status }) => status !== undefined)) return lines
    assert.ok(Date.now() < deadline, `the log has no outcome of request ${requestId}`)
    await wait(5)
  }
}

/** The line that tells how a request ended. */
export async function outcomeOf(
  bureau: { readonly stdout: () => readonly string[] },
  requestId: string,
): Promise<LogLine> {
  const line = (await linesOf(bureau, requestId)).find(({ status }) => status !== undefined)
  assert.ok(line)
  return line
}
