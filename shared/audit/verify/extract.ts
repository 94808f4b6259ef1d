import { hash } from 'node:crypto'
import { canonical } from '../canonical.ts'
import type { EventKind } from '../event.ts'

/** What a verifier needs of a record, read without parsing it. */
export interface Extract {
  readonly chain: string
  readonly seq: number
  /** The hash that the record claims. */
  readonly hash: string
  readonly previous: string
  /** Whether the claimed hash is that of the record's bytes. */
  readonly intact: boolean
  readonly kind: EventKind
  /** Empty for records that belong to no request. */
  readonly requestId: string
  /** RFC 3339. */
  readonly time: string
  /** The record's JSON text, for the few that have to be parsed. */
  text(): string
}

const HEAD =
  /^\{"chainhash":"([0-9a-f]{64})","chainid":"([\w-]{1,64})","chainprev":"([0-9a-f]{64})","chainseq":(\d{1,15}),"data":/
const TAIL =
  /"time":"([^"]{24})"(?:,"traceparent":"[^"]{0,80}")?,"type":"dev\.tokenbureau\.([a-z]+)"\}$/
/** Bytes that hold everything up to `data`, and everything from `time`. */
const HEAD_BYTES = 280
const TAIL_BYTES = 220
/** Bytes of `{"chainhash":"…"`: the comma that follows stands in for the brace that is hashed. */
const HASH_MEMBER = 79

const START = Buffer.from('{"chainhash":"')
const NESTED = Buffer.from(',"event":{"chainhash":"')
const REQUEST = Buffer.from('"correlation_uid":"')

/**
 * The record of a line: the line itself, the `event` at the end of a log entry, or one that another
 * tool wrote anew (then it is brought into canonical form first). `undefined`: the line holds no
 * record; `null`: it means to, and cannot be read.
 */
export function extractRecord(line: Buffer): Extract | undefined | null {
  const record = locate(line)
  if (record !== undefined) return readCanonical(record) ?? readRewritten(line)
  return line.includes('"chainhash"') ? readRewritten(line) : undefined
}

/** The JSON text of the record that a line holds; undefined where it holds none that can be read. */
export function recordTextOf(line: Buffer): string | undefined {
  return extractRecord(line)?.text()
}

function locate(line: Buffer): Buffer | undefined {
  if (line.subarray(0, START.length).equals(START)) return line
  const nested = line.indexOf(NESTED)
  // A quote inside a JSON string is escaped: these bytes stand in no claim.
  return nested < 0 ? undefined : line.subarray(nested + ',"event":'.length, line.length - 1)
}

function readCanonical(record: Buffer): Extract | null {
  const head = HEAD.exec(record.toString('latin1', 0, HEAD_BYTES))
  const tail = TAIL.exec(record.toString('latin1', Math.max(0, record.length - TAIL_BYTES)))
  const [, claimed, chain, previous, seq] = head ?? []
  const [, time, kind] = tail ?? []
  if (claimed === undefined || chain === undefined || previous === undefined) return null
  if (time === undefined || kind === undefined) return null
  const hashed = Buffer.from(record.subarray(HASH_MEMBER))
  hashed[0] = 0x7b
  return {
    chain,
    seq: Number(seq),
    hash: claimed,
    previous,
    intact: hash('sha256', hashed) === claimed,
    kind: kind as EventKind,
    requestId: requestIdOf(record),
    time,
    text: () => record.toString('utf8'),
  }
}

function requestIdOf(record: Buffer): string {
  const at = record.indexOf(REQUEST)
  if (at < 0) return ''
  return record.toString('latin1', at + REQUEST.length, at + REQUEST.length + 36)
}

/** Reads a record that was parsed and written again: keys in another order, white space, nesting. */
function readRewritten(line: Buffer): Extract | null {
  try {
    const record = findRecord(JSON.parse(line.toString('utf8')))
    if (record === undefined) return null
    const text = canonical(record)
    // Canonical text that still does not read is no record; this ends the recursion.
    return text === line.toString('utf8') ? null : readCanonical(Buffer.from(text))
  } catch {
    return null
  }
}

/** The record itself, under `event`, or under Cloud Logging's `jsonPayload.event`. */
function findRecord(value: unknown): object | undefined {
  for (const path of [[], ['event'], ['jsonPayload', 'event']]) {
    let inner: unknown = value
    for (const member of path) inner = Object(inner)[member] as unknown
    if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'chainhash')) {
      return inner
    }
  }
  return undefined
}
