import { Pool } from 'undici'
import { z } from 'zod'
import type { Order } from './orders.ts'

/** An order and what became of it. */
export interface Dealing {
  readonly order: Order
  /** When it was sent, by the bureau's clock: milliseconds since the epoch. */
  readonly at: number
  /** 0: no answer at all. */
  readonly status: number
  /** Why there was no answer, or none that can be read. */
  readonly failure: string | undefined
  /** Milliseconds from the request to the last byte. */
  readonly took: number
  readonly requestId: string
  /** Seconds. */
  readonly retryAfter: number | undefined
  /** The body of a refusal. */
  readonly refusal: string
  /** The token of a 200. */
  readonly token: string | undefined
}

type Outcome = Omit<Dealing, 'order' | 'at' | 'took'>

/** A client of the bureau that keeps its connections and remembers every dealing. */
export interface Client {
  readonly ask: (order: Order) => Promise<Dealing>
  /** Everything asked so far. */
  readonly dealings: () => readonly Dealing[]
  readonly close: () => Promise<void>
}

/** How every request is sent. */
export const TARGET = '/v1/token'
export const HEADERS = { 'content-type': 'application/x-www-form-urlencoded' } as const

/** Milliseconds that an answer may take before it counts as none. */
const PATIENCE = 20_000
/** Connections at once, at most. */
const CONNECTIONS = 1600

const granted = z.object({ access_token: z.string(), token_type: z.string() })
const refused = z.strictObject({
  error: z.string(),
  error_description: z.string(),
  request_id: z.uuid(),
})

/** The body of an order's request. */
export function bodyOf({ fields }: Order): string {
  return new URLSearchParams(fields).toString()
}

/** A client of the bureau at this address; `now` is the bureau's clock. */
export function createClient(url: string, now: () => number): Client {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1, keepAliveTimeout: 30_000 })
  const dealings: Dealing[] = []

  async function exchange(order: Order): Promise<Outcome> {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path: TARGET,
      headers: HEADERS,
      body: bodyOf(order),
      headersTimeout: PATIENCE,
      bodyTimeout: PATIENCE,
    })
    const text = await body.text()
    const retryAfter = headers['retry-after']
    return {
      status: statusCode,
      requestId: String(headers['x-request-id'] ?? ''),
      retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
      ...readAnswer(statusCode, text),
    }
  }

  return {
    async ask(order) {
      const at = now()
      const started = performance.now()
      const outcome = await exchange(order).catch((error: unknown) => noAnswer(error))
      const dealing = { order, at, ...outcome, took: performance.now() - started }
      dealings.push(dealing)
      return dealing
    },
    dealings: () => dealings,
    close: () => pool.destroy(),
  }
}

function readAnswer(status: number, text: string): Pick<Dealing, 'token' | 'refusal' | 'failure'> {
  const shape = status === 200 ? granted : refused
  try {
    const answer = shape.parse(JSON.parse(text))
    return 'access_token' in answer
      ? { token: answer.access_token, refusal: '', failure: undefined }
      : { token: undefined, refusal: text, failure: undefined }
  } catch {
    return { token: undefined, refusal: text, failure: 'not the JSON of an answer' }
  }
}

function noAnswer(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return {
    status: 0,
    failure: code,
    requestId: '',
    retryAfter: undefined,
    refusal: '',
    token: undefined,
  }
}
