import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { VerifyOptions } from '../../../shared/audit/verify/options.ts'
import type { Report } from '../../../shared/audit/verify/report.ts'
import { verifyFile, verifyStore } from '../../../shared/audit/verify/sources.ts'
import { verifyWindow } from '../../../shared/audit/verify/window.ts'
import { textOption, UsageError, type Call, type Command } from '../command.ts'
import { readInput } from '../input.ts'
import { showProgress } from '../progress.ts'
import { publicKeyIn } from './audit-key.ts'
import { BIGQUERY_HELP, openBigQuery } from './bigquery-source.ts'
import { timeOption } from './filter-options.ts'
import { renderReport } from './render-report.ts'
import { refuseStoreFile } from './store-file.ts'

/** Milliseconds that a table is looked back into where nobody says how far, and at most. */
const LOOK_BACK = 7 * 86_400_000
const MOST_LOOK_BACK = 400 * 86_400_000

/** `bureau audit verify`: says whether a log is whole. */
export const auditVerifyCommand: Command = {
  description:
    'Verifies an audit log: records that were edited, are missing, changed places or were put in, ' +
    'chains that are cut off or forked, signatures of checkpoints, intents without an outcome. FILE ' +
    'holds JSON lines, records or log entries that hold them; - is standard input. A log that is ' +
    'still being written needs --live: its chains are open and its newest requests have no outcome ' +
    `yet. ${BIGQUERY_HELP} A table is verified from --since on but for its last five minutes, always ` +
    'as one that is still being written, by one query a day, each of at most 10 GiB.',
  positionals: ['FILE|sqlite:PATH|bigquery:PROJECT.DATASET.TABLE'],
  options: {
    key: {
      type: 'string',
      value: 'FILE',
      description: 'Require signatures by this key: the audit key, or its public half.',
    },
    live: { type: 'boolean', description: 'Writers may still run.' },
    partial: { type: 'boolean', description: 'The log begins in mid-chain.' },
    since: {
      type: 'string',
      value: 'WHEN',
      description: 'Of bigquery: from then on; 2026-06-01, 24h, 30d. Default 7d.',
    },
    columns: {
      type: 'boolean',
      description: 'Of sqlite: compare what it answers from with its records. Slower.',
    },
    heads: {
      type: 'string',
      value: 'FILE',
      description: 'Hold the log to the heads of an earlier verification.',
    },
    'write-heads': {
      type: 'string',
      value: 'FILE',
      description: 'Keep the heads, if nothing was found.',
    },
  },
  examples: [
    'bureau audit verify sqlite:audit.sqlite --live',
    'bureau audit verify bigquery:acme-audit.audit.deliveries --since 30d --key audit.pub',
    'bureau audit verify records.jsonl --key audit.pub --heads yesterday.json --write-heads today.json',
  ],
  async run(call, terminal) {
    const [source = ''] = call.positionals
    const report = await verifySource(source, call, await verifyOptions(call))
    if (call.options['json'] === true) terminal.json(report)
    else for (const line of renderReport(source, report, terminal)) terminal.line(line)
    const keep = textOption(call, 'write-heads')
    if (keep !== undefined && report.ok) await writeHeads(keep, report)
    return report.ok ? 0 : 1
  },
}

async function verifySource(source: string, call: Call, options: VerifyOptions): Promise<Report> {
  const table = openBigQuery(source)
  const now = Date.now()
  const since = timeOption(call, 'since', now)
  if (since !== undefined && table === undefined) {
    throw new UsageError('--since is for bigquery: alone; everything else is verified whole')
  }
  if (since !== undefined && since < now - MOST_LOOK_BACK) {
    throw new UsageError('--since must not be more than 400 days back: each day is a query')
  }
  const file = table === undefined && !source.startsWith('sqlite:')
  if (file) await refuseStoreFile(source)
  const progress = showProgress(process.stderr, 'verifying', file ? 'bytes' : 'records')
  try {
    if (table !== undefined) {
      const window = { ...options, live: true, now }
      return await verifyWindow(table, since ?? now - LOOK_BACK, window, progress.update)
    }
    const path = file ? source : source.slice('sqlite:'.length)
    return await (file ? verifyFile : verifyStore)(path, options, progress.update)
  } catch (error) {
    if (error instanceof UsageError) throw error
    if (error instanceof Error && 'code' in error) {
      throw new UsageError(`${source} cannot be read: ${String(error.code)}`)
    }
    throw new UsageError(error instanceof Error ? error.message : String(error))
  } finally {
    progress.end()
  }
}

async function verifyOptions(call: Call): Promise<VerifyOptions> {
  const key = textOption(call, 'key')
  const heads = textOption(call, 'heads')
  return {
    publicKey: key === undefined ? undefined : await publicKeyIn(key),
    heads: heads === undefined ? undefined : await readHeads(heads),
    live: call.options['live'] === true,
    partial: call.options['partial'] === true,
    columns: call.options['columns'] === true,
  }
}

const Heads = z.array(
  z.object({
    chain: z.string(),
    seq: z.number(),
    hash: z.string(),
    time: z.string().optional(),
  }),
)

async function readHeads(path: string) {
  const content = await readInput(path, '--heads')
  try {
    return Heads.parse(JSON.parse(content))
  } catch {
    throw new UsageError(`${path} holds no heads of a verification`)
  }
}

async function writeHeads(path: string, { chains }: Report): Promise<void> {
  const heads = chains.map(({ chain, seq, hash, lastTime: time }) => ({ chain, seq, hash, time }))
  await writeFile(path, `${JSON.stringify(heads, undefined, 2)}\n`)
}
