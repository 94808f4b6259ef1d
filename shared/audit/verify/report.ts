import type { Link } from '../chain.ts'
import type { Finding, FindingKind, Findings } from './finding.ts'
import type { Sequence } from './sequence.ts'
import {
  mayBeginBefore,
  mayEndBefore,
  uncheckedBy,
  type KnownHead,
  type Unchecked,
  type VerifyOptions,
} from './options.ts'

/** A chain while it is followed. */
export interface ChainState {
  readonly id: string
  readonly sequence: Sequence
  /** The first and the last place between `since` and `until`; undefined for none. */
  within: readonly [first: number, last: number] | undefined
  records: number
  /** RFC 3339; of the newest record. */
  lastTime: string
  closed: boolean
  /** Seconds between the checkpoints that the chain promises. */
  interval: number | undefined
  checkpoints: number
  signed: number
  /** The key that its first checkpoint names, empty for none; undefined before there was one. */
  key: string | undefined
}

/** A chain as it was found. */
export interface ChainReport extends Link {
  readonly first: number
  readonly records: number
  readonly lastTime: string
  /** Whether it ends in its closing checkpoint. */
  readonly closed: boolean
  readonly checkpoints: number
  /** How many of them carry a signature that holds. */
  readonly signed: number
}

/** The verdict over a log. */
export interface Report {
  /** True where there are records and nothing was found: an empty log proves nothing. */
  readonly ok: boolean
  /** Milliseconds since the epoch: only what was written from then on was looked at. */
  readonly since?: number | undefined
  readonly records: number
  /** Records that came more than once, each time alike: transports deliver at least once. */
  readonly duplicates: number
  /** Lines that hold no record, such as other log entries. */
  readonly otherLines: number
  /** `chain`, `seq` and `hash` are the head: keep them, and a later verification can hold to them. */
  readonly chains: readonly ChainReport[]
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>
  /** Whether checkpoints were checked against a key that was given. */
  readonly trustedKey: boolean
  /** What the verdict does not cover. */
  readonly unchecked: readonly Unchecked[]
}

/** Intervals after which a live chain must have had its next checkpoint. */
const PATIENCE = 2.5

/** Judges what only shows at the end: gaps, tails and heads. */
export function reportOf(
  chains: readonly ChainState[],
  known: readonly KnownHead[],
  findings: Findings,
  counted: Pick<Report, 'records' | 'duplicates' | 'otherLines'>,
  options: VerifyOptions,
): Report {
  for (const chain of chains) {
    reportGaps(chain, findings, options)
    reportTail(chain, findings, options)
  }
  const byId = new Map(chains.map((chain) => [chain.id, chain]))
  for (const head of known) reportHead(byId.get(head.chain), head, findings, options)

  return {
    ok: counted.records > 0 && Object.keys(findings.counts).length === 0,
    ...(options.since !== undefined && { since: options.since }),
    ...counted,
    chains: chains.map(chainReport),
    findings: findings.kept,
    counts: findings.counts,
    trustedKey: options.publicKey !== undefined,
    unchecked: uncheckedBy(options),
  }
}

/** Time may step back where places never do: only between two records of the window must none lack. */
function reportGaps(
  { id, sequence, within }: ChainState,
  findings: Findings,
  options: VerifyOptions,
) {
  if (within === undefined) return
  const [first, last] = within
  for (const { from, to } of sequence.missing()) {
    if (to > last || (from === 0 ? mayBeginBefore(id, options) : from < first)) continue
    const message =
      from === to ? `record ${from} is missing` : `records ${from} to ${to} are missing`
    findings.add({ kind: 'gap', chain: id, seq: from, line: 0, message })
  }
}

function reportTail(chain: ChainState, findings: Findings, options: VerifyOptions): void {
  const seq = chain.sequence.last()?.seq ?? 0
  if (chain.closed) return
  if (options.live === true) {
    const age = ((options.now ?? Date.now()) - Date.parse(chain.lastTime)) / 1000
    if (chain.interval === undefined || age <= chain.interval * PATIENCE) return
  }
  const message = `the chain is not closed after record ${seq} of ${chain.lastTime}: cut off, killed or still open`
  findings.add({ kind: 'cut_tail', chain: chain.id, seq, line: 0, message })
}

function reportHead(
  chain: ChainState | undefined,
  head: KnownHead,
  findings: Findings,
  options: VerifyOptions,
): void {
  const { chain: id, seq, hash } = head
  const held = chain?.sequence.holds(seq, hash)
  if (held === true) return
  const first = chain?.sequence.first()
  const before = first === undefined || seq < first
  if (before && mayEndBefore(head, options)) return
  const message =
    chain === undefined
      ? `the chain is missing; it is known to have had record ${seq}`
      : held === undefined
        ? `record ${seq} is missing; the chain is known to have had it`
        : `record ${seq} is not the one that the chain is known to have had`
  findings.add({ kind: held === false ? 'edited' : 'cut_tail', chain: id, seq, line: 0, message })
}

function chainReport(chain: ChainState): ChainReport {
  const { id, sequence, records, lastTime, closed, checkpoints, signed } = chain
  const last = sequence.last()
  return {
    chain: id,
    seq: last?.seq ?? 0,
    hash: last?.hash ?? '',
    first: sequence.first() ?? 0,
    records,
    lastTime,
    closed,
    checkpoints,
    signed,
  }
}
