import type { IncomingMessage } from 'node:http'
import type { DatabaseSync } from 'node:sqlite'
import { text as bodyOf } from 'node:stream/consumers'
import { prepareInsert } from '../../shared/audit/store/sqlite/insert.ts'
import { openForWriting } from '../../shared/audit/store/sqlite/tables.ts'
import { recordFields, type Field } from '../../shared/audit/store/bigquery/fields.ts'
import { complaintsAbout, type QueryRequest } from './bigquery-rules.ts'
import { serve, type LoopbackServer } from './loopback-server.ts'

/** A double of BigQuery's REST query API over one view, which it keeps in SQLite. */
export interface BigQueryDouble extends LoopbackServer {
  /** The queries that it was asked, dry runs included. */
  readonly queries: readonly QueryRequest[]
  /** What was wrong with requests, one line each. */
  readonly complaints: readonly string[]
}

/** How the double is. */
export interface DoubleOptions {
  /** `PROJECT.DATASET.TABLE` of the view. */
  readonly table: string
  /** The only token that it takes; left out: it is an emulator, which must be given none. */
  readonly token?: string
  /** Bytes that every dry run tells. */
  readonly bytes?: number
  /** Rows of a page, at most. */
  readonly page?: number
  /** HTTP status of every answer; left out: what the request deserves. */
  readonly status?: number
}

const JOBS = /^\/bigquery\/v2\/projects\/([^/]+)\/queries(?:\/([^/]+))?$/

/**
 * Serves records, given as their lines. Strict: whatever a request lacks is a complaint and a 400.
 * SQL runs on SQLite, so it shows what a query means, not that GoogleSQL accepts it.
 */
export async function bigQueryDouble(
  lines: readonly string[],
  { table, token, bytes = 1000, page = 4, status }: DoubleOptions,
): Promise<BigQueryDouble> {
  const db = databaseOf(lines, table)
  const expected = token === undefined ? undefined : `Bearer ${token}`
  const queries: QueryRequest[] = []
  const complaints: string[] = []
  const dryRuns = new Set<string>()
  const jobs = new Map<string, { readonly rows: readonly string[][]; readonly names: string[] }>()

  const pageOf = (id: string, from: number) => {
    const job = jobs.get(id)
    if (job === undefined) return undefined
    const until = from + page
    return {
      jobComplete: true,
      jobReference: { projectId: 'acme-audit', jobId: id, location: 'EU' },
      schema: { fields: job.names.map((name) => ({ name, type: 'STRING', mode: 'NULLABLE' })) },
      rows: job.rows.slice(from, until).map((row) => ({ f: row.map((v) => ({ v })) })),
      ...(until < job.rows.length ? { pageToken: String(until) } : {}),
    }
  }

  const query = (body: string): unknown => {
    const request = JSON.parse(body) as QueryRequest
    queries.push(request)
    const wrong = complaintsAbout(request, table, dryRuns)
    complaints.push(...wrong)
    if (wrong.length > 0) return undefined
    if (request.dryRun) return { jobComplete: true, totalBytesProcessed: String(bytes) }
    const id = `job_${jobs.size}`
    jobs.set(id, run(db, request))
    // Every other query takes longer than the first call waits.
    return jobs.size % 2 === 0
      ? { jobComplete: false, jobReference: { jobId: id, location: 'EU' } }
      : pageOf(id, 0)
  }

  const answerTo = async (request: IncomingMessage): Promise<unknown> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://double')
    const [path, project, id = ''] = JOBS.exec(pathname) ?? []
    const body = await bodyOf(request)
    const { authorization } = request.headers
    if (authorization !== expected) complaints.push('another authorization')
    else if (path === undefined) complaints.push(`another path: ${pathname}`)
    else if (project !== table.split('.')[0]) complaints.push(`another project: ${project}`)
    else if (request.method === 'POST') return query(body)
    else if (searchParams.get('location') !== 'EU') complaints.push('a job without its location')
    else return pageOf(id, Number(searchParams.get('pageToken') ?? 0))
    return undefined
  }

  const server = await serve((request, response) => {
    void answerTo(request).then((answer) =>
      response
        .writeHead(status ?? (answer === undefined ? 400 : 200), {
          'content-type': 'application/json',
        })
        .end(JSON.stringify(answer ?? { error: { message: `${expected} may not` } })),
    )
  })
  return { ...server, queries, complaints }
}

function databaseOf(lines: readonly string[], table: string): DatabaseSync {
  const db = openForWriting(':memory:')
  prepareInsert(db)(lines)
  db.function('DIV', (a, b) => BigInt(Math.trunc(Number(a) / Number(b))))
  db.function('AS_ROW', (line) => JSON.stringify(asRow(JSON.parse(String(line)), recordFields())))
  db.exec(`CREATE VIEW \`${table}\` AS
    SELECT e.*, e.time_ms AS event_time, r.record ->> '$.chainhash' AS chain_hash,
      r.record ->> '$.data.status' AS outcome,
      r.record ->> '$.data.unmapped.checkpoint.position' AS checkpoint,
      r.record ->> '$.data.unmapped.refusals' AS refusals, AS_ROW(r.record) AS record
    FROM entries e JOIN records r USING (seq)`)
  return db
}

/** A record as the table's schema holds it: NULL and empty lists for all that it leaves out. */
function asRow(record: unknown, fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ name, mode, fields: members }) => {
      const value: unknown = Object(record)[name]
      if (mode === 'REPEATED') {
        const list: readonly unknown[] = Array.isArray(value) ? value : []
        return [name, members === undefined ? list : list.map((one) => asRow(one, members))]
      }
      if (members !== undefined && value !== undefined) return [name, asRow(value, members)]
      return [name, value ?? null]
    }),
  )
}

function run(db: DatabaseSync, { query, queryParameters }: QueryRequest) {
  const values = queryParameters.map(({ name, parameterType, parameterValue: { value } }) => {
    if (parameterType.type === 'STRING') return [name, value] as const
    return [name, parameterType.type === 'INT64' ? BigInt(value) : Date.parse(value)] as const
  })
  const statement = db.prepare(query)
  const names = statement.columns().map(({ name }) => name)
  const rows = statement.all(Object.fromEntries(values)).map((row) =>
    names.map((name) => {
      const value = row[name] ?? null
      return value === null ? value : String(value)
    }),
  )
  return { names, rows: rows as string[][] }
}
