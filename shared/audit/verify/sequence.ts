import { NO_HASH } from '../chain.ts'
import type { Extract } from './extract.ts'

/** How a record fits into its chain. */
export type Fit =
  | { readonly kind: 'next' }
  /** It fills a place that was passed over. */
  | { readonly kind: 'late' }
  /** The same record again. */
  | { readonly kind: 'duplicate' }
  /** Another record at a place that is taken. */
  | { readonly kind: 'forked' }
  /** It does not continue its neighbour. */
  | { readonly kind: 'broken' }

/** Places that no record was seen at. */
export interface Missing {
  readonly from: number
  readonly to: number
  /** Hash of the record before `from`; undefined where that is unknown. */
  readonly left: string | undefined
  /** Hash that the record after `to` says comes before it. */
  readonly right: string
}

/** The places of one chain, filled in any order. */
export interface Sequence {
  place(record: Extract): Fit
  missing(): readonly Missing[]
  /** The first place that was seen; undefined before the first record. */
  first(): number | undefined
  /** The furthest record. */
  last(): { readonly seq: number; readonly hash: string } | undefined
  /** Whether this record was seen; undefined where the place was not. */
  holds(seq: number, hash: string): boolean | undefined
}

/** Places of one chain whose hashes are kept together. */
const PAGE = 256
/** Bytes of a hash that are kept: enough to tell a repetition from a fork. */
const KEPT = 8

/** Follows one chain; remembers a few bytes a record. */
export function followSequence(): Sequence {
  const pages = new Map<number, Buffer>()
  let missing: Missing[] = []
  let first: number | undefined
  let last: { readonly seq: number; readonly hash: string } | undefined

  const remember = ({ seq, hash }: Extract): void => {
    const page = Math.floor(seq / PAGE)
    const bytes = pages.get(page) ?? Buffer.alloc(PAGE * KEPT)
    pages.set(page, bytes)
    bytes.write(hash.slice(0, KEPT * 2), (seq % PAGE) * KEPT, 'hex')
  }
  const holds = (seq: number, hash: string): boolean | undefined => {
    const from = (seq % PAGE) * KEPT
    const kept = pages.get(Math.floor(seq / PAGE))?.toString('hex', from, from + KEPT)
    if (kept === undefined || /^0+$/.test(kept)) return undefined
    return kept === hash.slice(0, KEPT * 2)
  }

  const fillIn = (gap: Missing, { seq, hash, previous }: Extract): Fit => {
    const fits =
      (seq !== gap.from || gap.left === undefined || previous === gap.left) &&
      (seq !== gap.to || hash === gap.right)
    missing = missing.flatMap((one) => (one === gap ? split(gap, seq, hash, previous) : [one]))
    return fits ? { kind: 'late' } : { kind: 'broken' }
  }

  return {
    place(record) {
      const { seq, hash, previous } = record
      // Only a record that stands behind the furthest one can fill a gap.
      const behind = last !== undefined && seq <= last.seq
      const gap = behind ? missing.find(({ from, to }) => from <= seq && seq <= to) : undefined
      if (gap !== undefined) {
        remember(record)
        first = Math.min(first ?? seq, seq)
        return fillIn(gap, record)
      }
      if (behind) {
        return { kind: holds(seq, hash) === true ? 'duplicate' : 'forked' }
      }
      const expected = last === undefined ? 0 : last.seq + 1
      const left = last === undefined ? NO_HASH : last.hash
      if (seq > expected) {
        missing.push({ from: expected, to: seq - 1, left, right: previous })
      }
      remember(record)
      first ??= seq
      last = { seq, hash }
      return { kind: seq > expected || previous === left ? 'next' : 'broken' }
    },
    missing: () => missing,
    first: () => first,
    last: () => last,
    holds,
  }
}

function split(gap: Missing, seq: number, hash: string, previous: string): Missing[] {
  const before = { ...gap, to: seq - 1, right: previous }
  const after = { ...gap, from: seq + 1, left: hash }
  return [before, after].filter(({ from, to }) => from <= to)
}
