import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { VerifyOptions } from '../../../shared/audit/verify/options.ts'
import type { Report } from '../../../shared/audit/verify/report.ts'
import { verifyFile, verifyStore } from '../../../shared/audit/verify/sources.ts'
import { textOption, UsageError, type Call, type Command } from '../command.ts'
import { readInput } from '../input.ts'
import { showProgress } from '../progress.ts'
import { publicKeyIn } from './audit-key.ts'
import { renderReport } from './render-report.ts'

/** `bureau audit verify`: says whether a log is whole. */
export const auditVerifyCommand: Command = {
  description:
    'Verifies an audit log: records that were edited, are missing, changed places or were put in, ' +
    'chains that are cut off or forked, signatures of checkpoints, intents without an outcome. FILE ' +
    'holds JSON lines, records or log entries that hold them; - is standard input. A log that is ' +
    'still being written needs --live: its chains are open and its newest requests have no outcome ' +
    'yet.',
  positionals: ['FILE|sqlite:PATH'],
  options: {
    key: {
      type: 'string',
      value: 'FILE',
      description: 'Require signatures by this key: the audit key, or its public half.',
    },
    live: { type: 'boolean', description: 'Writers may still run.' },
    partial: { type: 'boolean', description: 'The log begins in mid-chain.' },
    columns: {
      type: 'boolean',
      description: 'Compare what a store answers from with its records. Slower.',
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
    'bureau audit verify records.jsonl --key audit.pub --heads yesterday.json --write-heads today.json',
  ],
  async run(call, terminal) {
    const [source = ''] = call.positionals
    const options = await verifyOptions(call)
    const report = await verifySource(source, options)
    if (call.options['json'] === true) terminal.json(report)
    else for (const line of renderReport(source, report, terminal)) terminal.line(line)
    const keep = textOption(call, 'write-heads')
    if (keep !== undefined && report.ok) await writeHeads(keep, report)
    return report.ok ? 0 : 1
  },
}

async function verifySource(source: string, options: VerifyOptions): Promise<Report> {
  const store = source.startsWith('sqlite:')
  const progress = showProgress(process.stderr, 'verifying', store ? 'records' : 'bytes')
  try {
    const path = store ? source.slice('sqlite:'.length) : source
    return await (store ? verifyStore : verifyFile)(path, options, progress.update)
  } catch (error) {
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

const Heads = z.array(z.object({ chain: z.string(), seq: z.number(), hash: z.string() }))

async function readHeads(path: string) {
  const content = await readInput(path, '--heads')
  try {
    return Heads.parse(JSON.parse(content))
  } catch {
    throw new UsageError(`${path} holds no heads of a verification`)
  }
}

async function writeHeads(path: string, { chains }: Report): Promise<void> {
  const heads = chains.map(({ chain, seq, hash }) => ({ chain, seq, hash }))
  await writeFile(path, `${JSON.stringify(heads, undefined, 2)}\n`)
}
