/** What can be wrong with a log. */
export type FindingKind =
  /** A record's bytes do not match its own hash, or it does not continue the one before it. */
  | 'edited'
  /** Records are missing. */
  | 'gap'
  /** A record stands after one that follows it in its chain. */
  | 'reordered'
  /** A chain ends without its closing checkpoint, or before a head that is known. */
  | 'cut_tail'
  /** Two different records claim one place in a chain. */
  | 'forked'
  /** A record stands twice where it was written once. */
  | 'repeated'
  /** A checkpoint's signature is missing or does not hold. */
  | 'signature'
  /** Google was asked and no outcome follows. */
  | 'intent_without_outcome'
  /** A token was issued without an intent before it. */
  | 'issued_without_intent'
  /** A line that means to be a record and is none. */
  | 'malformed'
  /** What a store answers from differs from the records that it keeps. */
  | 'columns'

/** One thing that is wrong, and where. */
export interface Finding {
  readonly kind: FindingKind
  readonly chain: string
  /** The place in the chain; of a range, its first. */
  readonly seq: number
  /** Line of the file or row of the store, from 1; 0 where it is about what is not there, or rows have no number. */
  readonly line: number
  readonly message: string
}

/** Findings, each kind counted to the last and the first ones kept. */
export interface Findings {
  add(finding: Finding): void
  readonly kept: readonly Finding[]
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>
}

/** Keeps `most` findings and counts them all. */
export function collectFindings(most: number): Findings {
  const kept: Finding[] = []
  const counts: Partial<Record<FindingKind, number>> = {}
  return {
    kept,
    counts,
    add(finding) {
      counts[finding.kind] = (counts[finding.kind] ?? 0) + 1
      if (kept.length < most) kept.push(finding)
    },
  }
}
