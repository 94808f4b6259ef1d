import { whereOf } from '../filter.ts'
import { LATEST_MOMENT } from '../latest-moment.ts'
import type { EventFilter } from '../store.ts'
import type { Values } from './parameters.ts'

/** A stretch of time; milliseconds since the epoch, the end exclusive. */
export interface Window {
  readonly from: number
  readonly until: number
}

/** A subquery of events with its values. */
export interface Scope {
  /** In parentheses, for a FROM clause. */
  readonly sql: string
  readonly values: Values
}

/**
 * The filter's events within a window, each once: Pub/Sub delivers at least once, and all copies of
 * an event have its id and its time. The window always stands in the WHERE clause, so that BigQuery
 * reads no partition outside it; the filter's own time is not looked at. `condition` narrows further
 * and holds constant text alone.
 */
export function scopeOf(
  table: string,
  columns: readonly string[],
  window: Window,
  filter: EventFilter = {},
  condition = 'TRUE',
): Scope {
  const { sql, parameters } = whereOf({ ...filter, ...window })
  const names = [...new Set(['id', 'event_time', ...columns])].join(', ')
  return {
    sql: `(SELECT ${names} FROM (
      SELECT ${names}, ROW_NUMBER() OVER (PARTITION BY id ORDER BY event_time) AS copy
      FROM ${table} WHERE ${sql} AND ${condition}) WHERE copy = 1)`,
    values: { ...parameters, ...boundsOf(window) },
  }
}

/** A window as the values `from` and `until`: BigQuery takes moments of the years 1 to 9999 alone. */
export function boundsOf({ from, until }: Window): { readonly from: Date; readonly until: Date } {
  return { from: momentOf(from), until: momentOf(until) }
}

function momentOf(ms: number): Date {
  return new Date(Math.min(Math.max(ms, 0), LATEST_MOMENT))
}
