import type { NamedRow } from '../stored-event.ts'
import type { Access, ChainFacts, EventFilter, GrantUse, LiveTokens, PolicyEra } from '../store.ts'
import type { ReadRows } from './run-query.ts'
import { scopeOf, type Window } from './scope.ts'

const MOST = { live: 1000, access: 5000, chains: 200 }

/** Unexpired tokens by account and holder. */
export async function liveTokens(
  read: ReadRows,
  table: string,
  window: Window,
  filter: EventFilter,
  now: number,
): Promise<LiveTokens[]> {
  const columns = ['account', 'issuer', 'provider', 'subject', 'expires_ms']
  const { sql, values } = scopeOf(table, columns, window, filter, 'expires_ms > @now')
  const rows = await read(
    `SELECT * FROM (
       SELECT account, issuer, provider, subject, expires_ms, id,
         COUNT(*) OVER (PARTITION BY account, issuer, subject) AS n,
         ROW_NUMBER() OVER (PARTITION BY account, issuer, subject ORDER BY expires_ms DESC, id DESC) AS place
       FROM ${sql})
     WHERE place = 1 ORDER BY account, expires_ms DESC LIMIT ${MOST.live}`,
    { ...values, now },
  )
  return rows.map((row) => ({
    account: text(row, 'account'),
    issuer: text(row, 'issuer'),
    provider: text(row, 'provider'),
    subject: text(row, 'subject'),
    tokens: Number(row['n']),
    lastExpires: Number(row['expires_ms']),
    lastId: text(row, 'id'),
  }))
}

/** Who used which account within the window, least recently used first. */
export async function accessMap(
  read: ReadRows,
  table: string,
  window: Window,
  { issuer, subject, account }: EventFilter,
): Promise<Access[]> {
  const filter = { issuer, subject, account, kinds: ['issued'] } as const
  const columns = ['account', 'issuer', 'subject', 'time_ms']
  const { sql, values } = scopeOf(table, columns, window, filter)
  const rows = await read(
    `SELECT * FROM (
       SELECT issuer, subject, account, time_ms, id,
         COUNT(*) OVER (PARTITION BY issuer, subject, account) AS n,
         MIN(time_ms) OVER (PARTITION BY issuer, subject, account) AS first_ms,
         ROW_NUMBER() OVER (PARTITION BY issuer, subject, account ORDER BY time_ms DESC, id DESC) AS place
       FROM ${sql})
     WHERE place = 1 ORDER BY time_ms LIMIT ${MOST.access}`,
    values,
  )
  return rows.map((row) => ({
    issuer: text(row, 'issuer'),
    subject: text(row, 'subject'),
    account: text(row, 'account'),
    firstUsed: Number(row['first_ms']),
    lastUsed: Number(row['time_ms']),
    tokens: Number(row['n']),
    lastId: text(row, 'id'),
  }))
}

/** When each grant last led to a token within the window. */
export async function grantUses(
  read: ReadRows,
  table: string,
  window: Window,
): Promise<GrantUse[]> {
  const columns = ['grant_id', 'time_ms']
  const { sql, values } = scopeOf(table, columns, window, { kinds: ['issued'] })
  const rows = await read(
    `SELECT grant_id, MAX(time_ms) AS last_ms, COUNT(*) AS n FROM ${sql}
     WHERE grant_id IS NOT NULL GROUP BY grant_id ORDER BY grant_id`,
    values,
  )
  return rows.map((row) => ({
    grant: text(row, 'grant_id'),
    lastUsed: Number(row['last_ms']),
    tokens: Number(row['n']),
  }))
}

/** Policies that events of the window name, the one that was seen last first. */
export async function policyHistory(
  read: ReadRows,
  table: string,
  window: Window,
): Promise<PolicyEra[]> {
  const columns = ['policy_digest', 'time_ms', 'kind', 'outcome']
  const { sql, values } = scopeOf(table, columns, window)
  const rows = await read(
    `SELECT policy_digest, MIN(time_ms) AS first_ms, MAX(time_ms) AS last_ms,
       SUM(CASE WHEN kind = 'issued' THEN 1 ELSE 0 END) AS issued,
       SUM(CASE WHEN kind = 'refused' THEN 1 ELSE 0 END) AS refused,
       SUM(CASE WHEN kind = 'policy' AND outcome = 'Failure' THEN 1 ELSE 0 END) AS failures,
       SUM(CASE WHEN kind = 'policy' AND outcome <> 'Failure' THEN 1 ELSE 0 END) AS loads
     FROM ${sql} WHERE policy_digest IS NOT NULL GROUP BY policy_digest ORDER BY last_ms DESC`,
    values,
  )
  return rows.map((row) => ({
    digest: text(row, 'policy_digest'),
    first: Number(row['first_ms']),
    last: Number(row['last_ms']),
    issued: Number(row['issued']),
    refused: Number(row['refused']),
    loads: Number(row['loads']),
    failures: Number(row['failures']),
  }))
}

/** Chains as far as the window holds them, the one that was written last first. */
export async function chains(read: ReadRows, table: string, window: Window): Promise<ChainFacts[]> {
  const columns = ['chain', 'chain_seq', 'instance', 'time_ms', 'chain_hash', 'checkpoint']
  const { sql, values } = scopeOf(table, columns, window)
  const rows = await read(
    `SELECT * FROM (
       SELECT chain, chain_seq, instance, time_ms, chain_hash, checkpoint,
         COUNT(*) OVER (PARTITION BY chain) AS n,
         MIN(chain_seq) OVER (PARTITION BY chain) AS first_seq,
         MIN(time_ms) OVER (PARTITION BY chain) AS first_ms,
         ROW_NUMBER() OVER (PARTITION BY chain ORDER BY chain_seq DESC) AS place
       FROM ${sql})
     WHERE place = 1 ORDER BY time_ms DESC LIMIT ${MOST.chains}`,
    values,
  )
  return rows.map((row) => {
    const [firstSeq, lastSeq, records] = [
      Number(row['first_seq']),
      Number(row['chain_seq']),
      Number(row['n']),
    ]
    return {
      chain: text(row, 'chain'),
      instance: text(row, 'instance'),
      firstSeq,
      lastSeq,
      records,
      missing: lastSeq - firstSeq + 1 - records,
      firstTime: Number(row['first_ms']),
      lastTime: Number(row['time_ms']),
      head: text(row, 'chain_hash'),
      closed: row['checkpoint'] === 'closing',
    }
  })
}

function text(row: NamedRow, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : ''
}
