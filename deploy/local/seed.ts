import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import manifest from '../../package.json' with { type: 'json' }
import { openAuditKey } from '../../shared/audit/key.ts'
import { showProgress } from '../cli/progress.ts'
import { auditKeyBeside } from './key-files.ts'
import { bulkSink } from './seed/bulk-sink.ts'
import { fill } from './seed/fill.ts'

const HELP = `Usage: npm run seed -- [RECORDS] [--store PATH] [--key FILE]

Fills a SQLite store with made-up audit records of the last 30 days: several
instances, policies and kinds of workload, in chains that verify.

  RECORDS       how many, default 10000
  --store PATH  the store, default audit.sqlite; records are added to one that has some
  --key FILE    the key of fingerprints and checkpoints (AUDIT_KEY_FILE of the bureau);
                default PATH.key, made where there is none
`

/** `npm run seed`: exits 0, 2 with one line on wrong usage, 1 on what else fails, 130 when stopped. */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stop.abort())
}
try {
  await run()
} catch (error) {
  process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof TypeError ? 2 : 1
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      store: { type: 'string', default: 'audit.sqlite' },
      key: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return
  }
  const [asked = '10000', ...more] = positionals
  const records = Number(asked.replaceAll(/[_,]/g, ''))
  if (!Number.isSafeInteger(records) || records < 1 || more.length > 0) {
    throw new TypeError('RECORDS must be one whole number from 1')
  }
  const started = performance.now()
  const sink = bulkSink(values.store)
  try {
    const key = openAuditKey(readFileSync(values.key ?? (await auditKeyBeside(values.store))))
    const progress = showProgress(process.stderr, 'seeding', 'records')
    await fill(sink, {
      records,
      until: Date.now(),
      key,
      version: manifest.version,
      onProgress: (done) => progress.update(done, records),
      signal: stop.signal,
    })
    progress.update(records, records)
    if (!stop.signal.aborted || !sink.fresh) sink.finish()
    progress.end()
  } finally {
    sink.abandon()
  }
  if (stop.signal.aborted) {
    const left = sink.fresh ? 'was not made' : 'got a part of the records'
    process.stderr.write(`seed: stopped, ${values.store} ${left}\n`)
    process.exitCode = 130
    return
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${values.store}: about ${records} records in ${seconds} s\n`)
}
