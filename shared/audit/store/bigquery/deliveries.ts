import { lineOf } from './line.ts'
import type { RunQuery } from './run-query.ts'
import { boundsOf, type Window } from './scope.ts'

const DAY = 86_400_000

/**
 * The records of a window as they stand in the table, each copy that was delivered: a verifier must see
 * what other readers drop. One query a day, so that none sorts or reads more than one partition;
 * within a day in the order of their chains.
 */
export async function* deliveries(
  run: RunQuery,
  table: string,
  window: Window,
): AsyncGenerator<string> {
  const sql = `SELECT record FROM ${table}
    WHERE event_time >= @from AND event_time < @until ORDER BY chain, chain_seq, id`
  for (const day of daysOf(window)) {
    const rows = run(sql, { ...boundsOf(day) })
    for await (const page of rows) yield* page.map(({ record }) => lineOf(String(record)))
  }
}

/** A window cut at each midnight of UTC. */
function* daysOf({ from, until }: Window): Generator<Window> {
  for (let start = from; start < until;) {
    const end = Math.min(until, (Math.floor(start / DAY) + 1) * DAY)
    yield { from: start, until: end }
    start = end
  }
}
