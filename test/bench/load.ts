import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'

/** One request and its answer; rejects where the answer is not the expected one. */
export type Turn = (index: number) => Promise<void>

/** When a load ends: after milliseconds, or after so many requests. */
export type End = { readonly ms: number } | { readonly requests: number }

/**
 * Takes turns over so many connections at once, each beginning its next turn when it has ended one.
 * Gives the milliseconds of each turn.
 */
export async function load(turn: Turn, connections: number, end: End): Promise<readonly number[]> {
  const times: number[] = []
  const deadline = performance.now() + ('ms' in end ? end.ms : Number.POSITIVE_INFINITY)
  const most = 'requests' in end ? end.requests : Number.POSITIVE_INFINITY
  let taken = 0

  async function connection(): Promise<void> {
    while (taken < most) {
      const index = taken
      taken += 1
      const started = performance.now()
      if (started >= deadline) return
      await turn(index)
      times.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  return times
}

/** Keep-alive connections for turns; `ca` for those over TLS. */
export function openConnections(origin: string, ca?: string): Pool {
  return new Pool(origin, {
    connections: 128,
    keepAliveTimeout: 60_000,
    ...(ca === undefined ? {} : { connect: { ca } }),
  })
}

/** Where token requests go, with what, and which answers are right. */
export interface TokenTurn {
  readonly pool: Pool
  readonly path: string
  /** Taken one after the other. */
  readonly bodies: readonly string[]
  readonly statuses: readonly number[]
}

/** How often a request is tried, and milliseconds before the next try. */
const TRIES = 50
const PAUSE = 20

/**
 * Turns that each send one token request by form. On a machine that is busy with something else the
 * bureau sheds load: such a 503 is tried again, and the time it took counts.
 */
export function tokenTurn({ pool, path, bodies, statuses }: TokenTurn): Turn {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return async (index) => {
    const body = bodies[index % bodies.length] ?? ''
    for (let tries = 1; ; tries += 1) {
      const answer = await pool.request({ method: 'POST', path, headers, body })
      const text = await answer.body.text()
      const { statusCode } = answer
      if (statusCode === 200 && !text.includes('"access_token"')) throw new Error('no token came')
      if (statuses.includes(statusCode)) return
      if (statusCode !== 503 || tries === TRIES) {
        throw new Error(`HTTP ${statusCode}: ${text.slice(0, 200)}`)
      }
      await delay(PAUSE)
    }
  }
}
