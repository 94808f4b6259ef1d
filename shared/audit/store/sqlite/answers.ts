import type { DatabaseSync } from 'node:sqlite'
import { whereOf } from '../filter.ts'
import type { NamedRow } from '../stored-event.ts'
import type { Access, ChainFacts, EventFilter, GrantUse, LiveTokens, PolicyEra } from '../store.ts'

const MOST = { live: 1000, access: 5000, chains: 200 }

/** Unexpired tokens by account and holder; `id` is that of the row with the maximum. */
export function liveTokens(db: DatabaseSync, filter: EventFilter, now: number): LiveTokens[] {
  const { sql, parameters } = whereOf({ ...filter, from: undefined, until: undefined })
  return db
    .prepare(
      `SELECT account, issuer, provider, subject, count(*) AS n,
              max(expires_ms) AS last, id
       FROM events WHERE expires_ms > @now AND ${sql}
       GROUP BY account, issuer, subject ORDER BY account, last DESC LIMIT ${MOST.live}`,
    )
    .all({ ...parameters, now })
    .map((row) => ({
      account: text(row, 'account'),
      issuer: text(row, 'issuer'),
      provider: text(row, 'provider'),
      subject: text(row, 'subject'),
      tokens: Number(row['n']),
      lastExpires: Number(row['last']),
      lastId: text(row, 'id'),
    }))
}

/** Who ever used which account, least recently used first. */
export function accessMap(db: DatabaseSync, filter: EventFilter): Access[] {
  const { issuer, subject, account } = filter
  const { sql, parameters } = whereOf({ issuer, subject, account })
  return db
    .prepare(`SELECT * FROM uses WHERE ${sql} ORDER BY last_ms LIMIT ${MOST.access}`)
    .all(parameters)
    .map((row) => ({
      issuer: text(row, 'issuer'),
      subject: text(row, 'subject'),
      account: text(row, 'account'),
      firstUsed: Number(row['first_ms']),
      lastUsed: Number(row['last_ms']),
      tokens: Number(row['n']),
      lastId: text(row, 'last_id'),
    }))
}

/** When each grant last led to a token. */
export function grantUses(db: DatabaseSync): GrantUse[] {
  return db
    .prepare(
      `SELECT grant_id, max(time_ms) AS last, count(*) AS n FROM entries
       WHERE grant_id IS NOT NULL AND kind = 'issued' GROUP BY grant_id ORDER BY grant_id`,
    )
    .all()
    .map((row) => ({
      grant: text(row, 'grant_id'),
      lastUsed: Number(row['last']),
      tokens: Number(row['n']),
    }))
}

/** Policies by their digest, the one that was seen last first. */
export function policyHistory(db: DatabaseSync): PolicyEra[] {
  return db
    .prepare(
      `SELECT policy_digest, min(time_ms) AS first, max(time_ms) AS last,
              sum(kind = 'issued') AS issued, sum(kind = 'refused') AS refused,
              sum(kind = 'policy') AS seen
       FROM entries WHERE policy_digest IS NOT NULL GROUP BY policy_digest ORDER BY last DESC`,
    )
    .all()
    .map((row) => {
      const failures = policyFailures(db, text(row, 'policy_digest'))
      return {
        digest: text(row, 'policy_digest'),
        first: Number(row['first']),
        last: Number(row['last']),
        issued: Number(row['issued']),
        refused: Number(row['refused']),
        loads: Number(row['seen']) - failures,
        failures,
      }
    })
}

function policyFailures(db: DatabaseSync, digest: string): number {
  const row = db
    .prepare(
      `SELECT count(*) AS n FROM entries JOIN records USING (seq)
       WHERE policy_digest = ? AND kind = 'policy'
         AND ${inRecord('record', '$.data.status')} = 'Failure'`,
    )
    .get(digest)
  return Number(row?.['n'])
}

/** A member of a record; null where somebody put something else than JSON into the store. */
function inRecord(column: string, path: string): string {
  return `iif(json_valid(${column}), ${column} ->> '${path}', NULL)`
}

/** Chains, the one that was written last first. */
export function chains(db: DatabaseSync): ChainFacts[] {
  return db
    .prepare(
      `SELECT c.*, e.instance, ${inRecord('r.record', '$.chainhash')} AS head,
              ${inRecord('r.record', '$.data.unmapped.checkpoint.position')} AS position,
              e.time_ms AS last_time,
              (SELECT time_ms FROM entries WHERE chain = c.chain AND chain_seq = c.first
               LIMIT 1) AS first_time
       FROM (SELECT chain, min(chain_seq) AS first, max(chain_seq) AS last, count(*) AS n
             FROM entries GROUP BY chain) c
       JOIN entries e ON e.chain = c.chain AND e.chain_seq = c.last JOIN records r USING (seq)
       ORDER BY last_time DESC LIMIT ${MOST.chains}`,
    )
    .all()
    .map((row) => {
      const [firstSeq, lastSeq, records] = [row['first'], row['last'], row['n']].map(Number)
      return {
        chain: text(row, 'chain'),
        instance: text(row, 'instance'),
        firstSeq: firstSeq ?? 0,
        lastSeq: lastSeq ?? 0,
        records: records ?? 0,
        missing: (lastSeq ?? 0) - (firstSeq ?? 0) + 1 - (records ?? 0),
        firstTime: Number(row['first_time']),
        lastTime: Number(row['last_time']),
        head: text(row, 'head'),
        closed: row['position'] === 'closing',
      }
    })
}

function text(row: NamedRow, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : ''
}
