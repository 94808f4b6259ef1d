import { readCheckpoint, type ReadCheckpoint } from './checkpoint.ts'
import { extractRecord, type Extract } from './extract.ts'
import { collectFindings, type Finding, type FindingKind } from './finding.ts'
import { followIntents } from './intents.ts'
import { isWithin, type KnownHead, type VerifyOptions } from './options.ts'
import { reportOf, type ChainState, type Report } from './report.ts'
import { followSequence } from './sequence.ts'

/** Checks a log, record by record. */
export interface Verifier {
  /** `line` without its line feed; `number` from 1, or 0 where lines have none. */
  add(line: Buffer, number: number): void
  /** Adds what was found by other means than reading records. */
  found(finding: Finding): void
  /** The verdict over everything added. */
  finish(): Report
}

/** Findings that a report lists; beyond them each kind is only counted. */
const MOST_FINDINGS = 1000

/** Starts a verification. Memory grows by a few bytes a record. */
export function createVerifier(options: VerifyOptions = {}): Verifier {
  const findings = collectFindings(MOST_FINDINGS)
  const chains = new Map<string, ChainState>()
  const intents = followIntents(findings, options)
  const known: KnownHead[] = [...(options.heads ?? [])]
  const counted = { records: 0, duplicates: 0, otherLines: 0 }

  const chainOf = (id: string): ChainState => {
    const state = chains.get(id) ?? {
      id,
      sequence: followSequence(),
      within: undefined,
      records: 0,
      lastTime: '',
      closed: false,
      interval: undefined,
      checkpoints: 0,
      signed: 0,
      key: undefined,
    }
    chains.set(id, state)
    return state
  }

  const checkpoint = (chain: ChainState, record: Extract, line: number): void => {
    const read = readCheckpoint(record, options.publicKey)
    if (read === undefined)
      return report('malformed', record, line, 'a checkpoint that cannot be read')
    chain.checkpoints += 1
    chain.interval = read.interval ?? chain.interval
    if (read.position === 'closing') chain.closed = true
    known.push(...read.previous)
    chain.key ??= read.key
    if (read.signature === 'valid') chain.signed += 1
    const wrong = signatureFault(read, chain.key)
    if (wrong !== undefined) report('signature', record, line, wrong)
  }

  /** A process has one key: without one to hold to, a chain is held to the key that it began with. */
  const signatureFault = (
    { signature, key }: ReadCheckpoint,
    first: string,
  ): string | undefined => {
    const expected = options.publicKey ?? first
    if (signature === 'invalid') {
      return options.publicKey === undefined || key === options.publicKey || key === ''
        ? 'the signature of this checkpoint does not hold'
        : `this checkpoint names another key than the one given: ${key.slice(0, 8)}...`
    }
    if (signature === 'none') return expected === '' ? undefined : 'this checkpoint is not signed'
    return options.publicKey === undefined && key !== first
      ? 'this checkpoint is signed by another key than the first one of its chain'
      : undefined
  }

  const report = (kind: FindingKind, { chain, seq }: Extract, line: number, message: string) =>
    findings.add({ kind, chain, seq, line, message })

  const repeated = (record: Extract, line: number): void => {
    if (!record.intact) report('edited', record, line, 'this copy of it has other bytes')
    else if (options.once === true) report('repeated', record, line, 'it stands there already')
  }

  const judge = (record: Extract, line: number): void => {
    const chain = chainOf(record.chain)
    const wasClosed = chain.closed
    const fit = chain.sequence.place(record)
    if (fit.kind === 'duplicate') {
      counted.duplicates += 1
      repeated(record, line)
      return
    }
    counted.records += 1
    chain.records += 1
    if (record.time > chain.lastTime) chain.lastTime = record.time
    if (!record.intact) report('edited', record, line, 'its bytes do not match its hash')
    if (fit.kind === 'broken') {
      report('edited', record, line, 'it does not continue the record before it: one was replaced')
    }
    if (fit.kind === 'late' && options.sorted !== true) {
      report('reordered', record, line, 'it stands after its successor')
    }
    if (fit.kind === 'forked') {
      report('forked', record, line, 'another record holds this place')
      return
    }
    if (wasClosed && fit.kind === 'next') {
      report('forked', record, line, 'it continues a chain that was closed')
    }
    if (isWithin(record.time, options)) {
      const [first, last] = chain.within ?? [record.seq, record.seq]
      chain.within = [Math.min(first, record.seq), Math.max(last, record.seq)]
    }
    if (record.kind === 'checkpoint') checkpoint(chain, record, line)
    else intents.follow(record, line, chain.sequence.missing().length > 0)
  }

  return {
    add(line, number) {
      const record = extractRecord(line)
      if (record === undefined) counted.otherLines += 1
      else if (record === null) {
        const message = 'this line means to be a record and cannot be read'
        findings.add({ kind: 'malformed', chain: '', seq: 0, line: number, message })
      } else judge(record, number)
    },
    found: (finding) => findings.add(finding),
    finish() {
      intents.finish()
      return reportOf([...chains.values()], known, findings, counted, options)
    },
  }
}
