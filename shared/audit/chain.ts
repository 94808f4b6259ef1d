import { hash } from 'node:crypto'

/** The position of a record in its chain. */
export interface Link {
  readonly chain: string
  /** From 0, without gaps. */
  readonly seq: number
  /** SHA-256 of the record, 64 hexadecimal digits. */
  readonly hash: string
}

/** One instance's chain: each record holds the hash of the one before it. */
export interface Chain {
  readonly id: string
  /** Where the next record will stand: its sequence, from 0, and the hash of the one before. */
  next(): { readonly seq: number; readonly previous: string }
  /**
   * Binds an event, given as canonical JSON text without chain attributes: the line of the record.
   * The order of calls is the order of the chain.
   */
  bind(event: string): string
}

/** The `chainprev` of a chain's first record. */
export const NO_HASH = '0'.repeat(64)

/**
 * Starts a chain. The hash covers the record's bytes without its `chainhash` member, which stands
 * first: nothing has to be parsed to check it.
 */
export function startChain(id: string): Chain {
  let seq = 0
  let previous = NO_HASH
  return {
    id,
    next: () => ({ seq, previous }),
    bind(event) {
      const rest = `"chainid":"${id}","chainprev":"${previous}","chainseq":${seq},${event.slice(1)}`
      previous = hash('sha256', `{${rest}`)
      seq += 1
      return `{"chainhash":"${previous}",${rest}`
    },
  }
}
