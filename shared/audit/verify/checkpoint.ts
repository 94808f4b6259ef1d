import { z } from 'zod'
import type { Link } from '../chain.ts'
import { LogActivityData } from '../schema/upkeep.ts'
import { checkSignature } from '../signature.ts'
import type { Extract } from './extract.ts'

const Record = z.object({ data: LogActivityData })

/** What a checkpoint record says. */
export interface ReadCheckpoint {
  readonly position: 'opening' | 'periodic' | 'closing'
  /** Seconds until the next one, where it promises one. */
  readonly interval: number | undefined
  /** Heads of older chains. */
  readonly previous: readonly Link[]
  readonly signature: 'none' | 'valid' | 'invalid'
  /** The public key that it names, base64url; empty for none. */
  readonly key: string
}

/**
 * Reads a checkpoint and checks its signature: with `publicKey` (base64url of 32 bytes), or, where
 * none is given, with the key that the checkpoint itself names. Undefined: it is malformed.
 */
export function readCheckpoint(
  record: Extract,
  publicKey: string | undefined,
): ReadCheckpoint | undefined {
  const parsed = parse(record.text())
  const checkpoint = parsed?.data.unmapped.checkpoint
  if (checkpoint === undefined) return undefined
  const { position, interval, previous = [], public_key = '', signature } = checkpoint
  const key = publicKey ?? public_key
  const { chain, seq, previous: before, time } = record
  const valid =
    signature !== undefined &&
    checkSignature({ chain, seq, previous: before, time }, signature, key)
  return {
    position,
    interval,
    previous,
    key: public_key,
    signature: signature === undefined ? 'none' : valid ? 'valid' : 'invalid',
  }
}

function parse(text: string) {
  try {
    return Record.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
