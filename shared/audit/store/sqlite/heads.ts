import type { DatabaseSync } from 'node:sqlite'
import type { Link } from '../../chain.ts'

/** Chains that a new one names, at most. */
const MOST = 4

/**
 * The last records of the chains that the store was written to last, newest first. A record that
 * somebody overwrote has no hash here, and a row that can be none's is left out: neither must keep the
 * bureau from starting.
 */
export function latestHeads(db: DatabaseSync): readonly Link[] {
  const rows = db
    .prepare(
      `SELECT e.chain AS chain, e.chain_seq AS seq,
         substr(iif(json_valid(r.record), r.record ->> '$.chainhash', ''), 1, 64) AS hash
       FROM entries e JOIN records r USING (seq)
       WHERE e.seq IN (SELECT max(seq) FROM entries GROUP BY chain ORDER BY 1 DESC LIMIT ${MOST})
         AND length(e.chain) <= 64 AND typeof(e.chain_seq) = 'integer' AND e.chain_seq BETWEEN 0 AND 1e15
       ORDER BY e.seq DESC`,
    )
    .all()
  return rows.map(({ chain, seq, hash }) => ({
    chain: String(chain),
    seq: Number(seq),
    hash: String(hash),
  }))
}
