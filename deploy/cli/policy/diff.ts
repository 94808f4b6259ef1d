import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { countFlips, type Flips } from '../../../shared/explain/diff/flips.ts'
import { compareStructure, type Change } from '../../../shared/explain/diff/structure.ts'
import { recordIn } from '../../../shared/explain/records/recorded.ts'
import { wordDecision } from '../../../shared/explain/tests/words.ts'
import type { LoadedPolicy } from '../../../shared/policy/load.ts'
import { isStore, openSource } from '../audit/source.ts'
import { refuseStoreFile } from '../audit/store-file.ts'
import { textOption, UsageError, type Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { POLICY_OPTIONS, readWholePolicy } from './open.ts'
import { changeLines } from './render-change.ts'

/** `bureau policy diff OLD NEW`: what changes, and for whom. */
export const policyDiffCommand: Command = {
  description:
    'Compares two policies by what takes effect: presets filled in, order and comments aside. With ' +
    'recorded requests it tells which answers would flip. Ends with 1 where anything differs.',
  positionals: ['OLD', 'NEW'],
  options: {
    ...POLICY_OPTIONS,
    audit: {
      type: 'string',
      value: 'RECORDS',
      description:
        'Audit records to decide again by both: one JSON object a line (- for stdin), or a store, ' +
        'sqlite:PATH or bigquery:PROJECT.DATASET.TABLE.',
    },
  },
  examples: [
    'bureau policy diff policy.yaml new-policy.yaml',
    'bureau policy diff policy.yaml new-policy.yaml --audit records.jsonl',
    'bureau policy diff policy.yaml new-policy.yaml --audit sqlite:audit.sqlite',
  ],
  async run(call, terminal) {
    const [old = '', young = ''] = call.positionals
    const from = await readWholePolicy(old, call.options, terminal)
    const to = from && (await readWholePolicy(young, call.options, terminal))
    if (from === undefined || to === undefined) return 1

    const changes = compareStructure(from, to)
    const records = textOption(call, 'audit')
    const flips = records === undefined ? undefined : await flipsIn(records, from, to)
    if (call.options['json'] === true) terminal.json({ changes, audit: flips })
    else {
      showChanges(changes, terminal)
      if (flips !== undefined) showFlips(flips, terminal)
    }
    return changes.length > 0 || (flips?.flips.length ?? 0) > 0 ? 1 : 0
  },
}

async function flipsIn(source: string, from: LoadedPolicy, to: LoadedPolicy): Promise<Flips> {
  const counter = countFlips(from.policy, to.policy)
  for await (const value of isStore(source) ? storedIn(source) : linesOf(source)) {
    const record = recordIn(value)
    if (record !== undefined) counter.add(record)
  }
  return counter.result()
}

async function* storedIn(source: string): AsyncGenerator {
  const store = await openSource(source)
  try {
    for await (const { record } of store.export({ kinds: ['issued', 'refused'] }))
      yield JSON.parse(record)
  } finally {
    await store.close()
  }
}

/** Lines are read one by one: a log may be larger than memory. */
async function* linesOf(path: string): AsyncGenerator {
  await refuseStoreFile(path)
  const input = path === '-' ? process.stdin : createReadStream(path)
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1
      if (line.trim() !== '') yield JSON.parse(line)
    }
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UsageError(`the records ${path}: line ${number} is not JSON`)
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    throw new UsageError(`the records ${path} cannot be read: ${code}`)
  }
}

function showChanges(changes: readonly Change[], terminal: Terminal): void {
  for (const change of changes)
    for (const line of changeLines(change, terminal)) terminal.line(line)
  if (changes.length === 0) terminal.line('nothing that takes effect changes')
}

function showFlips(result: Flips, terminal: Terminal): void {
  const { records, same, flips, unknown, unproved, strangers } = result
  const { line, style } = terminal
  line()
  const flipped = flips.reduce((sum, { count }) => sum + count, 0)
  const counts = `${records} recorded requests: ${same} answers stay, ${flipped} flip`
  line(style(flipped > 0 ? 'yellow' : 'green', counts))
  for (const { principal, request, from, to, count, example } of flips) {
    line(`  ${count} x ${principal} asks for ${request}`)
    line(`      was: ${wordDecision(from)}`)
    line(`      is:  ${wordDecision(to)}`)
    line(style('dim', `      such as request ${example}`))
  }
  if (unknown.count > 0)
    line(`  ${unknown.count} cannot be told: the records do not hold ${unknown.missing.join(', ')}`)
  if (unproved > 0) line(`  ${unproved} had no verified token, no policy was asked`)
  if (strangers > 0)
    line(`  ${strangers} were decided by neither of these: they may lack claims that both read`)
}
