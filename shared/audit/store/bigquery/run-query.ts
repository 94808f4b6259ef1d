import type { Secret } from '../../../domain/secret.ts'
import type { NamedRow } from '../stored-event.ts'
import { readAnswer, rowsOf, type Answer } from './answer.ts'
import { queryParameters, type Values } from './parameters.ts'

/** Runs one query of GoogleSQL and gives its rows page by page. */
export type RunQuery = (sql: string, values: Values) => AsyncGenerator<readonly NamedRow[]>

/** All rows of a query. */
export type ReadRows = (sql: string, values: Values) => Promise<readonly NamedRow[]>

/** Where, as whom and at which price. */
export interface QueryOptions {
  /** The project that the queries run in and are billed to. */
  readonly project: string
  /** `https://bigquery.googleapis.com` */
  readonly endpoint: string
  /** An access token that may run jobs and read the table; undefined for an emulator. */
  readonly accessToken: (() => Promise<Secret<string>>) | undefined
  readonly fetch: typeof fetch
  /** Bytes that one query may read, at most. */
  readonly maximumBytes: number
}

/** Rows of a page: with records of 8 KiB each, under the 10 MB of an answer. */
const PAGE = 1000
/** Milliseconds that BigQuery may hold an answer back, and that we wait for one. */
const HELD = 10_000
const PATIENCE = 30_000
/** Times that an unfinished query is asked for again. */
const MOST_POLLS = 5

/**
 * A client of BigQuery's REST API v2. Each query is dry-run first, refused where it would read more
 * than `maximumBytes`, and then run with that as its `maximumBytesBilled`. Rejects with `Error`
 * whose line is constant but for an HTTP status and a number of bytes: neither SQL, nor values, nor
 * what Google answered are in it.
 */
export function createRunQuery(options: QueryOptions): RunQuery {
  const { project, endpoint, maximumBytes } = options
  const queries = `${endpoint}/bigquery/v2/projects/${encodeURIComponent(project)}/queries`

  const ask = async (url: string, body?: object): Promise<Answer> => {
    const token = await options.accessToken?.()
    const headers = token === undefined ? undefined : { authorization: `Bearer ${token.reveal()}` }
    const request =
      body === undefined
        ? { headers: { ...headers } }
        : {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }
    return readAnswer(await answerOf(options.fetch, url, request))
  }

  const checkPrice = async (query: object): Promise<void> => {
    const { totalBytesProcessed } = await ask(queries, { ...query, dryRun: true })
    if (totalBytesProcessed === undefined) throw new Error('bigquery: a dry run without a figure')
    if (Number(totalBytesProcessed) <= maximumBytes) return
    throw new Error(
      `bigquery: the query would read ${totalBytesProcessed} bytes, ${maximumBytes} are allowed`,
    )
  }

  return async function* runQuery(sql, values) {
    const query = {
      query: sql,
      useLegacySql: false,
      parameterMode: 'NAMED',
      queryParameters: queryParameters(values),
      maximumBytesBilled: String(maximumBytes),
    }
    await checkPrice(query)
    let answer = await ask(queries, { ...query, dryRun: false, maxResults: PAGE, timeoutMs: HELD })
    const job = answer.jobReference
    const more = (pageToken?: string): Promise<Answer> => {
      if (job === undefined) throw new Error('bigquery: an answer without its job')
      const wanted = new URLSearchParams({ maxResults: String(PAGE), timeoutMs: String(HELD) })
      if (job.location !== undefined) wanted.set('location', job.location)
      if (pageToken !== undefined) wanted.set('pageToken', pageToken)
      return ask(`${queries}/${encodeURIComponent(job.jobId)}?${wanted.toString()}`)
    }
    for (let polls = 0; answer.jobComplete !== true; polls += 1) {
      if (polls === MOST_POLLS) throw new Error('bigquery: the query did not end in time')
      answer = await more()
    }
    yield rowsOf(answer)
    while (answer.pageToken !== undefined) {
      answer = await more(answer.pageToken)
      yield rowsOf(answer)
    }
  }
}

async function answerOf(send: typeof fetch, url: string, request: RequestInit): Promise<unknown> {
  const response = await send(url, {
    ...request,
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => undefined)
  if (response === undefined) throw new Error('bigquery: no answer')
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`bigquery: status ${response.status}`)
  }
  return response.json().catch(() => {
    throw new Error('bigquery: an answer that is not JSON')
  })
}
