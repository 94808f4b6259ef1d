import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { BureauProcess } from '../../deploy/local/bureau-process.ts'

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

/** A process of the bureau, as far as its log is read. */
type Logging = Pick<BureauProcess, 'stdout' | 'line'>

/** The line that tells how a request ended. Rejects where it does not come in five seconds. */
export async function outcomeOf(bureau: Logging, requestId: string): Promise<LogLine> {
  const late = wait(PATIENCE, undefined, { ref: false }).then(() => {
    throw new Error(`the log has no outcome of request ${requestId}`)
  })
  const isOutcome = (line: string): boolean =>
    line.includes(`"request_id":"${requestId}"`) &&
    logLine.parse(JSON.parse(line)).status !== undefined
  const line = await Promise.race([bureau.line(isOutcome), late])
  return logLine.parse(JSON.parse(line))
}

/** Every line of one request, once the one is there that tells how it ended. */
export async function linesOf(bureau: Logging, requestId: string): Promise<readonly LogLine[]> {
  await outcomeOf(bureau, requestId)
  return logLines(bureau.stdout()).filter(({ request_id }) => request_id === requestId)
}
